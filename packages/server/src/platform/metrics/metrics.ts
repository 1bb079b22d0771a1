import { Counter, collectDefaultMetrics, Registry } from 'prom-client'
import type { Answer } from '#platform/http/pipeline'
import { registerDurations } from './durations.js'

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
  const durations = registerDurations(registry)
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
      durations.observe(route.id, status, durationMs / 1_000)
      if (error !== undefined) faults.inc({ operation: route.id })
    },
    breachUnknown: () => breachUnknown.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
