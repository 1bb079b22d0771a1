import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Answer } from '#platform/http/pipeline'

/** What the server counts, in the text format of Prometheus. */
export interface Metrics {
  observe(answer: Answer): void
  /** A password was accepted without knowing whether it leaked. */
  breachUnknown(): void
  text(): Promise<string>
  readonly contentType: string
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'claviger_request_duration_seconds',
    help: 'Time from a parsed request to its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  // Finding the series of its labels costs more than observing.
  const durations = new Map<string, Histogram.Internal<'operation' | 'status'>>()
  const faults = new Counter({
    name: 'claviger_faults_total',
    help: 'Answers with internal_error.',
    labelNames: ['operation'],
    registers: [registry],
  })
  const breachUnknown = new Counter({
    name: 'claviger_breach_checks_unanswered_total',
    help: 'Passwords accepted because the service of breached passwords gave no answer.',
    registers: [registry],
  })
  return {
    observe({ route, status, durationMs, error }) {
      const name = `${route.id} ${status}`
      let labelled = durations.get(name)
      if (!labelled) {
        labelled = duration.labels({ operation: route.id, status })
        durations.set(name, labelled)
      }
      labelled.observe(durationMs / 1_000)
      if (error !== undefined) faults.inc({ operation: route.id })
    },
    breachUnknown: () => breachUnknown.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
