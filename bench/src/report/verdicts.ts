import type { Target } from '../comparisons/comparison.js'
import type { MeasurementFigures } from '../comparisons/figures.js'
import type { LoadResult } from '../load/job.js'
import { percent, ratioText } from './format.js'
import { pairedRatios, type Spread, spreadOf } from './statistics.js'

/** The names of both sides, ours first. */
export type SideNames = readonly [string, string]

/** One sentence for each target of a measurement; the ratio of the rates is told in any case. */
export function verdictsOf(
  measured: MeasurementFigures,
  all: readonly MeasurementFigures[],
  names: SideNames,
): readonly string[] {
  const { title, targets = [] } = measured.measurement
  const rate = targets.find(({ figure }) => figure === 'rate')
  const others = targets.filter(({ figure }) => figure !== 'rate')
  return [
    `${title}: ${ratioText(rateRatioOf(measured))} the rate of ${names[1]}${
      rate ? `; ${outcomeOf(rate, rateRatioOf(measured))}` : ''
    }.`,
    ...others.map((target) => {
      const ratio = ratioOf(target, measured, all)
      return `${title}: ${ratioText(ratio)} ${whatOf(target, names)}; ${outcomeOf(target, ratio)}.`
    }),
  ]
}

/** Our rate to that of the other side, inside each round. */
export function rateRatioOf({ rounds: [ours, others] }: MeasurementFigures): Spread {
  return spreadOf(pairedRatios(ours.map(rateOf), others.map(rateOf)))
}

function ratioOf(target: Target, measured: MeasurementFigures, all: readonly MeasurementFigures[]): Spread {
  const [ours, others] = measured.rounds
  switch (target.figure) {
    case 'rate':
      return rateRatioOf(measured)
    case 'p99':
      return spreadOf(pairedRatios(ours.map(p99Of), others.map(p99Of)))
    case 'cost': {
      const reference = all.find(({ measurement }) => measurement === target.of)
      if (!reference) throw new Error(`${target.of.title} was not measured.`)
      // The time for a request is the inverse of the rate.
      return spreadOf(pairedRatios(reference.rounds[0].map(rateOf), ours.map(rateOf)))
    }
  }
}

function whatOf(target: Target, [ours, other]: SideNames): string {
  if (target.figure === 'p99') return `the p99 of ${other}`
  if (target.figure === 'cost') return `the cost of “${target.of.title}”, both of ${ours}`
  return `the rate of ${other}`
}

/** Whether the median reached the bound, and otherwise by how much it did not. */
function outcomeOf(target: Target, { median }: Spread): string {
  const isFloor = 'atLeast' in target
  const bound = isFloor ? target.atLeast : target.atMost
  const words = `target ${isFloor ? '≥' : '≤'} ${bound} ×`
  const missedBy = isFloor ? 1 - median / bound : median / bound - 1
  // Not a number is not reached either.
  return missedBy <= 0 ? `${words}: reached` : `${words}: **missed by ${percent(missedBy)} %**`
}

function rateOf(round: LoadResult): number {
  return round.requestsPerS
}

function p99Of(round: LoadResult): number {
  return round.latencyMs.p99
}
