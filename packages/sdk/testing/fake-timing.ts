import type { Deadline, Timing } from '../src/timing.js'

/** Time that passes only when somebody sleeps, and chance that always gives the same. */
export interface FakeTiming extends Timing {
  /** Every wait so far, in milliseconds. */
  readonly sleptMs: readonly number[]
  /** Lets the deadline of every call under way strike. */
  expire(): void
}

export function fakeTiming(random = 0.5): FakeTiming {
  const sleptMs: number[] = []
  const running = new Set<AbortController>()
  let nowMs = Date.UTC(2026, 10, 22)
  return {
    sleptMs,
    now: () => nowMs,
    random: () => random,
    sleep: async (ms) => {
      sleptMs.push(ms)
      nowMs += ms
    },
    deadline: (): Deadline => {
      const controller = new AbortController()
      running.add(controller)
      return { signal: controller.signal, clear: () => running.delete(controller) }
    },
    expire: () => {
      for (const controller of running) controller.abort()
    },
  }
}
