import { expect, test } from 'vitest'
import { LatencyHistogram } from './latency-histogram.js'

test('percentileMs is the upper edge of the bucket that holds the percentile', () => {
  const histogram = new LatencyHistogram()
  for (let hundredth = 1; hundredth <= 100; hundredth += 1) histogram.record(hundredth / 10 - 0.001)
  expect(histogram.percentileMs(0.5)).toBe(5)
  expect(histogram.percentileMs(0.99)).toBe(9.9)
  expect(histogram.maxMs).toBe(9.999)
})

test('a latency beyond the last bucket counts there and keeps its value as the maximum', () => {
  const histogram = new LatencyHistogram()
  histogram.record(60_000)
  expect(histogram.percentileMs(0.5)).toBeGreaterThanOrEqual(20_000)
  expect(histogram.maxMs).toBe(60_000)
})

test('an empty histogram has no latency', () => {
  expect(new LatencyHistogram().percentileMs(0.99)).toBe(0)
})
