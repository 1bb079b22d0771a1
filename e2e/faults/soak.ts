import { readdir, readFile } from 'node:fs/promises'
import { createInstallation } from '../installation.js'
import type { Fault } from './fault.js'
import { startLoad } from './load.js'

interface Sample {
  readonly hours: number
  readonly megabytes: number
  readonly descriptors: number
}

const sampleEveryMs = 5_000
/** What a process takes at first says nothing about what it takes in the long run. */
const settlingShare = 0.3

/** The server at about half of what it can do, and what grows meanwhile. */
export const soak: Fault = {
  name: 'soak',
  what: 'half load for some minutes (--minutes), and the slopes of memory and descriptors',
  async run({ minutes }) {
    const installation = await createInstallation()
    try {
      await installation.start()
      const target = { url: installation.url, secretKey: await installation.makeKey() }
      // Two clients that wait for every answer keep the server busy for about half of the time.
      const load = startLoad(target, 2)
      const [samples, startedAt]: [Sample[], number] = [[], performance.now()]
      const cpuBefore = await cpuSeconds(installation.pid())
      while (performance.now() - startedAt < minutes * 60_000) {
        await new Promise((resolve) => setTimeout(resolve, sampleEveryMs))
        samples.push(await sample(installation.pid(), performance.now() - startedAt))
      }
      const elapsed = (performance.now() - startedAt) / 1_000
      const busy = ((await cpuSeconds(installation.pid())) - cpuBefore) / elapsed
      const { good, unavailable, outcomeUnknown, wrong } = await load.stop()
      const settled = samples.slice(Math.floor(samples.length * settlingShare))
      const [first, last] = [settled[0], settled.at(-1)]
      return {
        figures: {
          minutes,
          'good answers': good,
          'answers a second': Math.round(good / elapsed),
          'CPU of the server': `${Math.round(busy * 100)} %`,
          'memory, first and last': `${first?.megabytes.toFixed(0)} MB, ${last?.megabytes.toFixed(0)} MB`,
          'slope of memory': `${slope(settled, ({ megabytes }) => megabytes).toFixed(1)} MB/h`,
          'descriptors, first and last': `${first?.descriptors}, ${last?.descriptors}`,
          'slope of descriptors': `${slope(settled, ({ descriptors }) => descriptors).toFixed(1)} /h`,
        },
        mustBeZero: { 'answers that were not good': unavailable + outcomeUnknown + wrong.length },
      }
    } finally {
      await installation.remove()
    }
  },
}

async function sample(pid: number, elapsedMs: number): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  const descriptors = (await readdir(`/proc/${pid}/fd`)).length
  return { hours: elapsedMs / 3_600_000, megabytes: kilobytes / 1_024, descriptors }
}

async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** By least squares, an hour. */
function slope(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, each) => sum + of(each), 0) / samples.length
  const [meanHours, meanValue] = [mean(({ hours }) => hours), mean(value)]
  const covariance = mean((each) => (each.hours - meanHours) * (value(each) - meanValue))
  return covariance / mean(({ hours }) => (hours - meanHours) ** 2)
}
