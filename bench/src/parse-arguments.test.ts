import { expect, test } from 'vitest'
import type { Benchmark } from './comparisons/benchmark.js'
import { parseArguments } from './parse-arguments.js'

const known = ['users', 'sessions'].map((name) => ({ name }) as Benchmark)
const namesOf = (words: string[]) => parseArguments(words, known).benchmarks.map(({ name }) => name)

test('without a name all comparisons run, with names only those, in their own order', () => {
  expect(namesOf([])).toEqual(['users', 'sessions'])
  expect(namesOf(['sessions', 'users', '--quick'])).toEqual(['users', 'sessions'])
  expect(namesOf(['sessions'])).toEqual(['sessions'])
})

test('an unknown comparison or option is refused with what there is', () => {
  expect(() => namesOf(['user'])).toThrow('There is no comparison "user"; there is: users, sessions.')
  expect(() => namesOf(['--fast'])).toThrow(/--fast/)
})
