import { expect, test } from 'vitest'
import { pairedRatios, spreadOf } from './statistics.js'

test('spreadOf gives the middle figure of an odd count and the mean of the middle two of an even one', () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
  expect(spreadOf([4, 1, 3, 100])).toEqual({ median: 3.5, min: 1, max: 100 })
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 })
})

test('pairedRatios divides inside a round, so that noise common to a round cancels out', () => {
  expect(pairedRatios([100, 10], [10, 1])).toEqual([10, 10])
})
