import { expect, test } from 'vitest'
import type { Entry } from './entries.js'
import type { EntryFigures } from './figures.js'
import type { VerifyResult } from './verify-job.js'
import { verdictOf } from './verify-verdicts.js'

type Round = readonly [requestsPerS: number, p99: number]

function measured(name: string, ...rounds: readonly Round[]): EntryFigures {
  return {
    entry: { name, choice: 'uniform' } as Entry,
    keyCount: 100_000,
    rounds: rounds.map(
      ([requestsPerS, p99]) => ({ requestsPerS, latencyMs: { p50: 0, p99, max: 0 } }) as VerifyResult,
    ),
    answerBytes: 0,
  }
}

const ours = measured('Ours', [100, 14], [300, 16], [200, 15])
const theirs = measured('Theirs', [10, 0], [10, 0], [10, 0])
const all = [ours, theirs]

test('a rate is paired inside a round and reached at its floor', () => {
  const target = { figure: 'rate', of: ours.entry, to: theirs.entry } as const
  const told = 'Ours, 100,000 keys, uniform: 20.0 (10.0–30.0) × the rate of Theirs, 100,000 keys, uniform'
  expect(verdictOf(target, all)).toBe(`${told}.`)
  expect(verdictOf({ ...target, atLeast: 20 }, all)).toBe(`${told}; target ≥ 20 ×: reached.`)
  expect(verdictOf({ ...target, atLeast: 25 }, all)).toBe(`${told}; target ≥ 25 ×: **missed by 20 %**.`)
})

test('a p99 is reached below its bound, not at it', () => {
  const target = { figure: 'p99', of: ours.entry } as const
  expect(verdictOf({ ...target, belowMs: 20 }, all)).toContain('target < 20 ms: reached')
  expect(verdictOf({ ...target, belowMs: 15 }, all)).toContain('missed by 0 %')
  expect(verdictOf({ ...target, belowMs: 12 }, all)).toContain(
    '15.0 (14.0–16.0) ms; target < 12 ms: **missed by 25 %**',
  )
})

test('an entry that was not measured has no verdict', () => {
  expect(() => verdictOf({ figure: 'p99', of: theirs.entry, belowMs: 1 }, [ours])).toThrow(
    'Theirs was not measured',
  )
})
