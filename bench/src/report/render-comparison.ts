import type { ComparisonFigures, MeasurementFigures } from '../comparisons/figures.js'
import type { Contender } from '../contenders/contender.js'
import type { LoadResult } from '../load/job.js'
import type { PostgresFacts } from '../postgres/databases.js'
import { markdownTable } from './markdown-table.js'
import { pairedRatios, type Spread, spreadOf } from './statistics.js'

/** The circumstances of a run. */
export type RunFacts = {
  readonly date: string
  readonly command: string
  readonly machine: string
  readonly placement: string
  readonly postgres: PostgresFacts
}

// Above this share of one CPU, what else ran on the machine has a part in the figures.
const otherWorkShareMax = 0.2

/** The section of a comparison as Markdown: figures, verdicts, and what a reader needs to judge them. */
export function renderComparison(figures: ComparisonFigures, facts: RunFacts): string {
  const { comparison, measurements } = figures
  const [ours, peer] = comparison.contenders
  return [
    `## ${comparison.title}, of ${integer(figures.userCount)}`,
    `${nameOf(ours)} against ${nameOf(peer)}, ${facts.date}, by \`${facts.command}\`.`,
    markdownTable(
      ['', 'requests/s', 'ratio', 'p50 ms', 'p99 ms', 'CPU %: server · PostgreSQL · load', 'answer'],
      measurements.flatMap((measured) => rowsOf(measured, comparison.contenders)),
    ),
    listOf(measurements.map((measured) => verdictOf(measured, peer))),
    'How it was measured:',
    listOf([
      ...methodOf(figures),
      `Machine: ${facts.machine}. ${otherWorkOf(measurements)}`,
      `Placement: ${facts.placement}.`,
      `PostgreSQL ${facts.postgres.version} (${facts.postgres.settings}): one server, a database for each.`,
      `${ours.name}: ${ours.configuration}.`,
      `${peer.name}: ${peer.configuration}.`,
    ]),
    `**How fair is this?** ${[...comparison.fairness, noise].join(' ')}`,
  ].join('\n\n')
}

const noise =
  'Load, PostgreSQL and server share one machine and its loopback: rates of different days or machines do ' +
  'not compare, the ratios inside a round do, and differences below 25 % mean nothing.'

function methodOf({ comparison, shape, roundCount }: ComparisonFigures): readonly string[] {
  const [ours, peer] = comparison.contenders
  const rounds = roundCount === 1 ? 'One round' : `Median (min–max) of ${roundCount} rounds`
  return [
    `${rounds}: ${ours.name}, then ${peer.name}, each freshly started; an operation gets ` +
      `${shape.warmUpS} s of warm-up and a window of ${shape.windowS} s from ${shape.connectionCount} ` +
      'connections, each of which sends its next request when the last is answered. A ratio is taken ' +
      "inside a round; p50 and p99 are medians of the rounds' own.",
    'Before each load, answers were checked against the seed. During it, non-2xx answers, answers of less ' +
      'than half the checked size, connection errors and time-outs were all 0, or there would be no table.',
    'The load generator, autocannon, is JavaScript and has its share of the CPU of PostgreSQL, a larger ' +
      'one the faster the contender. *Ceiling* is its rate on a bare node:http server that only sends a ' +
      `body as long as ${ours.name}'s: no figure can be above that.`,
  ]
}

function rowsOf(measured: MeasurementFigures, contenders: readonly [Contender, Contender]): string[][] {
  const { title } = measured.measurement
  const [ours, peers] = measured.rounds
  return [
    row(
      `${title}: **${contenders[0].name}**`,
      ours,
      `**${ratioText(ratioOf(measured))}**`,
      measured.answerBytes[0],
    ),
    row(`${title}: ${contenders[1].name}`, peers, '1', measured.answerBytes[1]),
    row(`${title}: *ceiling*`, [measured.ceiling], '', measured.answerBytes[0]),
  ]
}

function row(name: string, rounds: readonly LoadResult[], ratio: string, answerBytes: number): string[] {
  const median = (figure: (round: LoadResult) => number) => spreadOf(rounds.map(figure)).median
  const cpuShares = [
    median(({ cpuShare }) => cpuShare.server ?? Number.NaN),
    median(({ cpuShare }) => cpuShare.postgres ?? Number.NaN),
    median(({ cpuShare }) => cpuShare.generator),
  ]
  return [
    name,
    spreadText(spreadOf(rounds.map(rateOf)), integer),
    ratio,
    latency(median(({ latencyMs }) => latencyMs.p50)),
    latency(median(({ latencyMs }) => latencyMs.p99)),
    cpuShares.map(percent).join(' · '),
    `${integer(answerBytes)} B`,
  ]
}

function verdictOf(measured: MeasurementFigures, peer: Contender): string {
  const ratio = ratioOf(measured)
  const { title, ratioTarget } = measured.measurement
  return `${title}: ${ratioText(ratio)} the rate of ${peer.name}${targetText(ratioTarget, ratio)}.`
}

function targetText(ratioTarget: number | undefined, { median }: Spread): string {
  if (ratioTarget === undefined) return ''
  if (median >= ratioTarget) return `; target ≥ ${ratioTarget} ×: reached`
  return `; target ≥ ${ratioTarget} ×: **missed by ${percent(1 - median / ratioTarget)} %**`
}

/** Whether the machine was left alone: the reader cannot know, and the figures do not show it. */
function otherWorkOf(measurements: readonly MeasurementFigures[]): string {
  const shares = measurements
    .flatMap(({ rounds }) => rounds.flat())
    .map(({ cpuShare: { machine, server, postgres, generator } }) =>
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

function nameOf({ name, version }: Contender): string {
  return `${name} ${version}`
}

function ratioOf({ rounds: [ours, peers] }: MeasurementFigures): Spread {
  return spreadOf(pairedRatios(ours.map(rateOf), peers.map(rateOf)))
}

function rateOf(round: LoadResult): number {
  return round.requestsPerS
}

function listOf(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function spreadText({ median, min, max }: Spread, format: (figure: number) => string): string {
  return min === max ? format(median) : `${format(median)} (${format(min)}–${format(max)})`
}

function ratioText(spread: Spread): string {
  return `${spreadText(spread, (figure) => figure.toFixed(figure < 10 ? 2 : 1))} ×`
}

function integer(figure: number): string {
  return Math.round(figure).toLocaleString('en-US')
}

function latency(figureMs: number): string {
  return figureMs.toFixed(figureMs < 10 ? 2 : figureMs < 100 ? 1 : 0)
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : String(Math.round(share * 100))
}
