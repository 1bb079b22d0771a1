import { expect, test } from 'vitest'
import { sampleIndexes } from './sample-indexes.js'

test('sampleIndexes gives different indexes from all over the range, the same in every run', () => {
  const sample = sampleIndexes(100_000, 1_000)
  expect(new Set(sample).size).toBe(1_000)
  expect(sample).toEqual(sampleIndexes(100_000, 1_000))
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const inTenth = sample.filter((index) => Math.floor(index / 10_000) === tenth)
    expect(inTenth.length).toBeGreaterThan(50)
  }
})

test('sampleIndexes gives all there are when there are fewer', () => {
  expect([...sampleIndexes(3, 10)].sort()).toEqual([0, 1, 2])
})
