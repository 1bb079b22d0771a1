import { expect, test } from 'vitest'
import type { Measurement, Target } from '../comparisons/comparison.js'
import type { MeasurementFigures } from '../comparisons/figures.js'
import type { LoadResult } from '../load/job.js'
import { verdictsOf } from './verdicts.js'

type Round = readonly [requestsPerS: number, p99: number]

const names = ['Ours', 'Theirs'] as const

function measured(title: string, ours: Round[], others: Round[], ...targets: Target[]): MeasurementFigures {
  const results = (rounds: Round[]) =>
    rounds.map(([requestsPerS, p99]) => ({ requestsPerS, latencyMs: { p50: 0, p99, max: 0 } }) as LoadResult)
  const measurement = { title, targets } as unknown as Measurement
  return { measurement, rounds: [results(ours), results(others)] } as unknown as MeasurementFigures
}

const verdicts = (figures: MeasurementFigures, ...rest: MeasurementFigures[]) =>
  verdictsOf(figures, [figures, ...rest], names)

test('a rate without a target is told alone', () => {
  expect(verdicts(measured('Get', [[200, 1]], [[100, 1]]))).toEqual(['Get: 2.00 × the rate of Theirs.'])
})

test('a rate is reached at its floor, and missed by its part of it below', () => {
  const target = { figure: 'rate', atLeast: 10 } as const
  expect(verdicts(measured('List', [[1_000, 1]], [[100, 1]], target))).toEqual([
    'List: 10.0 × the rate of Theirs; target ≥ 10 ×: reached.',
  ])
  expect(verdicts(measured('List', [[800, 1]], [[100, 1]], target))).toEqual([
    'List: 8.00 × the rate of Theirs; target ≥ 10 ×: **missed by 20 %**.',
  ])
})

test('a p99 is compared inside a round and judged by the median, with the rate beside it', () => {
  const target = { figure: 'p99', atMost: 1.5 } as const
  const ours: Round[] = [
    [100, 12],
    [100, 30],
    [100, 21],
  ]
  const others: Round[] = [
    [100, 10],
    [100, 10],
    [100, 10],
  ]
  expect(verdicts(measured('Find', ours, others, target))).toEqual([
    'Find: 1.00 × the rate of Theirs.',
    'Find: 2.10 (1.20–3.00) × the p99 of Theirs; target ≤ 1.5 ×: **missed by 40 %**.',
  ])
})

test('a cost is the inverse of a rate, against another measurement of the same side', () => {
  const first = measured('First', [[120, 1]], [[999, 1]])
  const target = { figure: 'cost', of: first.measurement, atMost: 1.5 } as const
  expect(verdicts(measured('Middle', [[100, 1]], [[100, 1]], target), first)[1]).toBe(
    'Middle: 1.20 × the cost of “First”, both of Ours; target ≤ 1.5 ×: reached.',
  )
})

test('a ratio that is no number does not reach its target', () => {
  const target = { figure: 'p99', atMost: 1.5 } as const
  expect(verdicts(measured('Odd', [[1, 0]], [[1, 0]], target))[1]).toContain('missed')
})
