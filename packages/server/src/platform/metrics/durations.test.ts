import { Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { registerDurations } from './durations.js'

test('durations are shown as prom-client shows a histogram of them', async () => {
  const [registry, peer] = [new Registry(), new Registry()]
  const durations = registerDurations(registry)
  const histogram = new Histogram({
    name: 'claviger_request_duration_seconds',
    help: 'Time from a parsed request to its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [peer],
  })
  // Below, on and between bounds, and above all of them.
  for (const seconds of [0, 0.001, 0.0011, 0.25, 3, 10, 11]) {
    for (const [operation, status] of [
      ['users.list', 200],
      ['users.list', 403],
      ['users.get', 200],
    ] as const) {
      durations.observe(operation, status, seconds)
      histogram.observe({ operation, status }, seconds)
    }
  }
  expect(await registry.metrics()).toBe(await peer.metrics())
})
