import { integer, latency, percent, ratioText, spreadText } from '../report/format.js'
import { pairedRatios, type Spread, spreadOf } from '../report/statistics.js'
import type { Entry, VerifyTarget } from './entries.js'
import type { EntryFigures } from './figures.js'

/** Who was asked, and about what keys. */
export function entryName({ entry: { name, choice }, keyCount }: EntryFigures): string {
  return `${name}, ${integer(keyCount)} keys, ${choice}`
}

/** The figures of an entry that was measured. */
export function figuresOf(entry: Entry, all: readonly EntryFigures[]): EntryFigures {
  const figures = all.find((each) => each.entry === entry)
  if (!figures) throw new Error(`${entry.name} was not measured.`)
  return figures
}

/** The rate of one to that of another, inside each round. */
export function rateRatio(of: EntryFigures, to: EntryFigures): Spread {
  const rates = ({ rounds }: EntryFigures) => rounds.map(({ requestsPerS }) => requestsPerS)
  return spreadOf(pairedRatios(rates(of), rates(to)))
}

/** One sentence: a figure, and whether its median reached its bound or by how much it did not. */
export function verdictOf(target: VerifyTarget, all: readonly EntryFigures[]): string {
  const of = figuresOf(target.of, all)
  if (target.figure === 'p99') {
    const p99 = spreadOf(of.rounds.map(({ latencyMs }) => latencyMs.p99))
    const missedBy = p99.median / target.belowMs - 1
    const outcome = outcomeOf(p99.median < target.belowMs, missedBy)
    return `${entryName(of)}: p99 ${spreadText(p99, latency)} ms; target < ${target.belowMs} ms: ${outcome}.`
  }
  const to = figuresOf(target.to, all)
  const ratio = rateRatio(of, to)
  const told = `${entryName(of)}: ${ratioText(ratio)} the rate of ${entryName(to)}`
  const { atLeast } = target
  if (atLeast === undefined) return `${told}.`
  const outcome = outcomeOf(ratio.median >= atLeast, 1 - ratio.median / atLeast)
  return `${told}; target ≥ ${atLeast} ×: ${outcome}.`
}

function outcomeOf(isReached: boolean, missedBy: number): string {
  return isReached ? 'reached' : `**missed by ${percent(missedBy)} %**`
}
