import type { LoadResult } from '../load/job.js'
import { percent } from './format.js'
import { spreadOf } from './statistics.js'

/** What every section says of its figures. */
export const noise =
  'Load, PostgreSQL and server share one machine and its loopback: rates of different days or machines do ' +
  'not compare, the ratios inside a round do, and differences below 25 % mean nothing.'

// Above this share of one CPU, what else ran on the machine has a part in the figures.
const otherWorkShareMax = 0.2

type CpuShare = LoadResult['cpuShare']

/** Whether the machine was left alone: the reader cannot know, and the figures do not show it. */
export function otherWorkOf(cpuShares: readonly CpuShare[]): string {
  const shares = cpuShares.map(({ machine, server, postgres, generator }) =>
    machine === null || server === null || postgres === null
      ? Number.NaN
      : Math.max(0, machine - server - postgres - generator),
  )
  if (shares.some(Number.isNaN)) return 'What else ran on it is not known.'
  const { median, max } = spreadOf(shares)
  const used = `${percent(median)} % of a CPU (at most ${percent(max)} %)`
  const text = `Anything else on it, kernel included, used ${used}`
  return max <= otherWorkShareMax ? `${text}.` : `**${text}: it was not idle, repeat the run.**`
}

/** The shares of server, PostgreSQL and load, in percent: medians of the rounds' own. */
export function cpuText(cpuShares: readonly CpuShare[]): string {
  const median = (share: (of: CpuShare) => number | null) =>
    spreadOf(cpuShares.map((of) => share(of) ?? Number.NaN)).median
  return [median(({ server }) => server), median(({ postgres }) => postgres), median((of) => of.generator)]
    .map(percent)
    .join(' · ')
}

/** A list of Markdown. */
export function listOf(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
