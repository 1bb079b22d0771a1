import type { RunFacts } from '../comparisons/benchmark.js'
import type { Side } from '../comparisons/comparison.js'
import type { ComparisonFigures, MeasurementFigures } from '../comparisons/figures.js'
import type { LoadResult } from '../load/job.js'
import { integer, latency, ratioText, spreadText } from './format.js'
import { markdownTable } from './markdown-table.js'
import { spreadOf } from './statistics.js'
import { cpuText, listOf, noise, otherWorkOf } from './surroundings.js'
import { rateRatioOf, type SideNames, verdictsOf } from './verdicts.js'

/** The section of a comparison as Markdown: figures, verdicts, and what a reader needs to judge them. */
export function renderComparison(figures: ComparisonFigures, facts: RunFacts): string {
  const { comparison, measurements } = figures
  const { sides, title } = comparison
  const names = sideNames(sides)
  const [versioned, versionedOther] = sideNames(sides, ({ contender }) => ` ${contender.version}`)
  const counts = new Set(sides.map(({ userCount }) => integer(userCount)))
  return [
    `## ${title}: ${[...counts].join(' against ')} users`,
    `${versioned} against ${versionedOther}, ${facts.date}, by \`${facts.command}\`.`,
    markdownTable(
      ['', 'requests/s', 'ratio', 'p50 ms', 'p99 ms', 'CPU %: server · PostgreSQL · load', 'answer'],
      measurements.flatMap((measured) => rowsOf(measured, names)),
    ),
    listOf(measurements.flatMap((measured) => verdictsOf(measured, measurements, names))),
    'How it was measured:',
    listOf([
      ...methodOf(figures, names),
      `Machine: ${facts.machine}. ${otherWorkOf(measurements.flatMap(({ rounds }) => rounds.flat()).map(({ cpuShare }) => cpuShare))}`,
      `Placement: ${facts.placement}.`,
      `PostgreSQL ${facts.postgres.version} (${facts.postgres.settings}): one server, a database for each.`,
      ...configurationsOf(sides),
    ]),
    `**How fair is this?** ${[...comparison.fairness, noise].join(' ')}`,
  ].join('\n\n')
}

/** The names of the contenders, and of one that meets itself also what its sides differ in. */
function sideNames(sides: readonly [Side, Side], more: (side: Side) => string = () => ''): SideNames {
  const isAlone = sides[0].contender === sides[1].contender
  const name = (side: Side) =>
    `${side.contender.name}${more(side)}${isAlone ? ` at ${integer(side.userCount)}` : ''}`
  return [name(sides[0]), name(sides[1])]
}

function configurationsOf(sides: readonly [Side, Side]): readonly string[] {
  const contenders = new Set(sides.map(({ contender }) => contender))
  return [...contenders].map(({ name, configuration }) => `${name}: ${configuration}.`)
}

function methodOf({ shape, roundCount }: ComparisonFigures, [ours, other]: SideNames): readonly string[] {
  const rounds = roundCount === 1 ? 'One round' : `Median (min–max) of ${roundCount} rounds`
  return [
    `${rounds}: ${ours}, then ${other}, each freshly started on a fresh copy of its seeded database; an ` +
      `operation gets ${shape.warmUpS} s of warm-up and a window of ${shape.windowS} s from ` +
      `${shape.connectionCount} connections or as many as its title says, each of which sends its next ` +
      "request when the last is answered. A ratio is taken inside a round; p50 and p99 are medians of the rounds' own.",
    'Before each load, answers were checked against the seed. During it, non-2xx answers, answers of less ' +
      'than half the checked size, connection errors and time-outs were all 0, or there would be no table.',
    'The load generator, autocannon, is JavaScript and has its share of the CPU of PostgreSQL, a larger ' +
      'one the faster the contender. *Ceiling* is its rate with the same requests on a bare node:http ' +
      `server that only sends a body as long as that of ${ours}: no figure can be above that.`,
  ]
}

function rowsOf(measured: MeasurementFigures, [ours, other]: SideNames): string[][] {
  const { measurement, rounds, answerBytes, ceiling } = measured
  const { title } = measurement
  return [
    row(`${title}: **${ours}**`, rounds[0], `**${ratioText(rateRatioOf(measured))}**`, answerBytes[0]),
    row(`${title}: ${other}`, rounds[1], '1', answerBytes[1]),
    row(`${title}: *ceiling*`, [ceiling], '', answerBytes[0]),
  ]
}

function row(name: string, rounds: readonly LoadResult[], ratio: string, answerBytes: number): string[] {
  const median = (figure: (round: LoadResult) => number) => spreadOf(rounds.map(figure)).median
  return [
    name,
    spreadText(spreadOf(rounds.map(({ requestsPerS }) => requestsPerS)), integer),
    ratio,
    latency(median(({ latencyMs }) => latencyMs.p50)),
    latency(median(({ latencyMs }) => latencyMs.p99)),
    cpuText(rounds.map(({ cpuShare }) => cpuShare)),
    `${integer(answerBytes)} B`,
  ]
}
