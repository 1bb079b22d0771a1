import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark, RunSite, RunSize } from '../comparisons/benchmark.js'
import { restMs } from '../comparisons/run-comparison.js'
import { dropWithCopy, withCopy } from '../comparisons/seed-contenders.js'
import { createEmptyDatabase, settleDatabase } from '../postgres/databases.js'
import { type Entry, entries } from './entries.js'
import type { KeyContender } from './key-contender.js'
import { measureEmptyHandler, measureEntry, type Sample } from './measure-entry.js'
import { renderVerify } from './render-verify.js'

/** A database with keys, which is never measured itself: rounds work on copies of it. */
type SeededKeys = {
  readonly databaseName: string
  readonly contender: KeyContender
  readonly keyCount: number
  /** Of the keys whose answers are checked by hand. */
  readonly keyIds: ReadonlyMap<number, string>
}

/** Verifying API keys: Claviger in its own words and in Kinde's, a server that does nothing, and Better Auth. */
export const verify: Benchmark = {
  name: 'verify',
  countSteps: (size) =>
    seedsOf(1).length + entries.reduce((sum, entry) => sum + roundCountOf(entry, size), 0),
  measure: async (size, site) => {
    const seeds = seedsOf(size.countDivisor)
    try {
      const seeded = await seedKeys(seeds, site)
      const rounds: (readonly Sample[])[] = []
      const roundCount = Math.max(...entries.map((entry) => roundCountOf(entry, size)))
      for (let round = 1; round <= roundCount; round += 1) {
        const measured = entries.filter((entry) => round <= roundCountOf(entry, size))
        rounds.push(await measureRound(`round ${round} of ${roundCount}`, measured, seeded, size, site))
      }
      const figures = entries.map((entry) => {
        const samples = rounds.flat().filter((sample) => sample.entry === entry)
        return {
          entry,
          keyCount: entry.keyCount / size.countDivisor,
          rounds: samples.map(({ result }) => result),
          answerBytes: Buffer.byteLength(samples[0]?.answer ?? ''),
        }
      })
      return (facts) => renderVerify({ entries: figures, ...size }, facts)
    } finally {
      for (const { databaseName } of seeds) await dropWithCopy(site.superuserUrl, databaseName)
    }
  },
}

/** All begin with the first round, so those of the same number are of the same round. */
function roundCountOf({ isSettled }: Entry, { roundCount, shortRoundCount }: RunSize): number {
  return isSettled ? roundCount : shortRoundCount
}

/** One database for each product and number of keys, however the product is set up. */
function seedsOf(countDivisor: number): readonly Omit<SeededKeys, 'keyIds'>[] {
  const seeds = entries.flatMap(({ contender, keyCount }) =>
    contender === null
      ? []
      : [
          {
            databaseName: `claviger_bench_verify_${contender.slug}_${keyCount}`,
            contender,
            keyCount: keyCount / countDivisor,
          },
        ],
  )
  return [...new Map(seeds.map((seed) => [seed.databaseName, seed])).values()]
}

async function seedKeys(
  seeds: readonly Omit<SeededKeys, 'keyIds'>[],
  { superuserUrl, progress, signal }: RunSite,
): Promise<readonly SeededKeys[]> {
  const all: SeededKeys[] = []
  for (const seed of seeds) {
    const { databaseName, contender, keyCount } = seed
    signal.throwIfAborted()
    progress.step(`seeding ${contender.name} with ${keyCount.toLocaleString('en-US')} keys`)
    const databaseUrl = await createEmptyDatabase(superuserUrl, databaseName)
    const keyIds = await contender.seed(databaseUrl, keyCount, (doneCount) => {
      signal.throwIfAborted()
      progress.share(doneCount / keyCount)
    })
    await settleDatabase(databaseUrl)
    all.push({ ...seed, keyIds })
  }
  return all
}

/** Every entry once, each on a fresh copy with freshly started servers. */
async function measureRound(
  label: string,
  measured: readonly Entry[],
  seeded: readonly SeededKeys[],
  { shape, settlingS, countDivisor }: RunSize,
  site: RunSite,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (const entry of measured) {
    site.signal.throwIfAborted()
    const { contender, name, choice } = entry
    const keyCount = entry.keyCount / countDivisor
    const step = `${label} · ${name}, ${keyCount.toLocaleString('en-US')} keys, ${choice}`
    site.progress.step(step)
    const measure = async () => {
      const warmUpS = entry.isSettled ? settlingS : shape.warmUpS
      const job = { entry, keyCount, shape: { ...shape, warmUpS }, site }
      if (contender === null) return measureEmptyHandler(job, answerTo(entry, samples))
      const keys = seeded.find((each) => each.contender.slug === contender.slug && each.keyCount === keyCount)
      if (!keys) throw new Error('Its keys were not seeded.')
      return withCopy(keys, site.superuserUrl, async (databaseUrl) => {
        await sleep(restMs)
        return measureEntry({ ...job, contender, keyIds: keys.keyIds, databaseUrl })
      })
    }
    samples.push(
      await measure().catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`This could not be measured: ${step}. ${reason}`, { cause })
      }),
    )
  }
  return samples
}

/** What a product answered in the words of this entry, earlier in the round. */
function answerTo({ wire }: Entry, samples: readonly Sample[]): string {
  const sample = samples.find(({ entry }) => entry.wire === wire)
  if (!sample) throw new Error('The empty handler has no answer to give yet.')
  return sample.answer
}
