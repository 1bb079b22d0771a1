import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestSpec, RunningServer } from '../contenders/contender.js'
import type { LoadResult, LoadShape } from '../load/job.js'
import { measureCeiling } from '../load/measure-ceiling.js'
import { runLoad } from '../load/run-load.js'
import { withProgress } from '../report/progress.js'
import type { RunSite, RunSize } from './benchmark.js'
import type { Comparison, Measurement, Side } from './comparison.js'
import type { ComparisonFigures, MeasurementFigures } from './figures.js'
import { dropContenderDatabases, type SeededContender, seedContenders, withCopy } from './seed-contenders.js'
import { verifyAnswers } from './verify-answers.js'

/** PostgreSQL finishes what a seed or a stopped server left behind; the next window must not pay for it. */
export const restMs = 500

/** One load on one contender. */
type Sample = {
  readonly measurement: Measurement
  /** Which side of the comparison: 0 is ours. */
  readonly place: number
  readonly requests: readonly RequestSpec[]
  readonly answerBytes: number
  readonly result: LoadResult
}

/** The steps that `runComparison` reports as progress. */
export function countSteps({ sides, measurements }: Comparison, { roundCount }: RunSize): number {
  return sides.length + measurements.length * (roundCount * sides.length + 1)
}

/** Seeds both sides, then measures them in turn, round by round: A B A B A B. */
export async function runComparison(
  asked: Comparison,
  size: RunSize,
  site: RunSite,
): Promise<ComparisonFigures> {
  const comparison = sized(asked, size)
  try {
    const seededContenders = await seedContenders(comparison, site)
    const samples: Sample[] = []
    for (let round = 1; round <= size.roundCount; round += 1) {
      for (const [place, seeded] of seededContenders.entries()) {
        const label = `round ${round} of ${size.roundCount} · ${labelOf(seeded.side)}`
        const measured = await withCopy(seeded, site.superuserUrl, (databaseUrl) =>
          measureContender(comparison, place, { ...seeded, databaseUrl }, label, size.shape, site),
        )
        samples.push(...measured)
      }
    }
    const measurements: MeasurementFigures[] = []
    for (const measurement of comparison.measurements) {
      measurements.push(await summarize(measurement, samples, size.shape, site))
    }
    return { comparison, shape: size.shape, roundCount: size.roundCount, measurements }
  } finally {
    await dropContenderDatabases(comparison, site.superuserUrl)
  }
}

function labelOf({ contender, userCount }: Side): string {
  return `${contender.name} at ${userCount.toLocaleString('en-US')}`
}

function sized(comparison: Comparison, { countDivisor }: RunSize): Comparison {
  const [ours, other] = comparison.sides
  const smaller = (side: Side): Side => ({ ...side, userCount: side.userCount / countDivisor })
  return { ...comparison, sides: [smaller(ours), smaller(other)] }
}

/** All measurements on one freshly started server, so that no round inherits the state of another. */
async function measureContender(
  { measurements }: Comparison,
  place: number,
  { side: { contender }, databaseUrl, seeded }: SeededContender & { databaseUrl: string },
  label: string,
  shape: LoadShape,
  site: RunSite,
): Promise<Sample[]> {
  site.signal.throwIfAborted()
  await sleep(restMs)
  const samples: Sample[] = []
  let step = label
  const server = await contender.start({ databaseUrl, cpu: site.placement?.serverCpu ?? null })
  try {
    for (const measurement of measurements) {
      site.signal.throwIfAborted()
      step = `${label} · ${measurement.title}`
      site.progress.step(step)
      const questions = (await measurement.questions[place]?.(seeded, server)) ?? []
      const answerBytes = await verifyAnswers(server, questions)
      const requests = questions.map(({ request }) => request)
      const result = await withProgress(site.progress, loadS(shape), () =>
        loadServer(server, requests, answerBytes, shapeOf(measurement, shape), site),
      )
      samples.push({ measurement, place, requests, answerBytes, result })
    }
    return samples
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`This could not be measured: ${step}. ${reason}`, { cause })
  } finally {
    await server.stop()
  }
}

function loadServer(
  server: RunningServer,
  requests: readonly RequestSpec[],
  answerBytes: number,
  shape: LoadShape,
  { placement, postgres, signal }: RunSite,
): Promise<LoadResult> {
  signal.throwIfAborted()
  const job = {
    ...shape,
    url: server.url,
    headers: server.headers,
    requests,
    responseBytesMin: answerBytes / 2,
    watchedPids: { server: server.pid, postgres: postgres.postmasterPid },
  }
  return runLoad(job, placement?.restCpu ?? null)
}

/** Sorts the samples of one measurement by side, and adds the ceiling. */
async function summarize(
  measurement: Measurement,
  samples: readonly Sample[],
  shape: LoadShape,
  { placement, progress, signal }: RunSite,
): Promise<MeasurementFigures> {
  signal.throwIfAborted()
  progress.step(`ceiling of the load generator · ${measurement.title}`)
  const of = (place: number) =>
    samples.filter((sample) => sample.measurement === measurement && sample.place === place)
  const requests = of(0)[0]?.requests ?? []
  const answerBytes = [of(0)[0]?.answerBytes ?? 0, of(1)[0]?.answerBytes ?? 0] as const
  return {
    measurement,
    rounds: [of(0).map(({ result }) => result), of(1).map(({ result }) => result)],
    answerBytes,
    ceiling: await withProgress(progress, loadS(shape), () =>
      measureCeiling(requests, answerBytes[0], shapeOf(measurement, shape), placement),
    ),
  }
}

function shapeOf({ connectionCount }: Measurement, shape: LoadShape): LoadShape {
  return { ...shape, ...(connectionCount !== undefined && { connectionCount }) }
}

function loadS({ warmUpS, windowS }: LoadShape): number {
  return warmUpS + windowS
}
