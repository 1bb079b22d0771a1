import type { Clock } from '../src/kernel/clock.js'

/** A clock that a test sets forward; the database of the test server moves with it. */
export interface MovableClock extends Clock {
  advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number }): void
  offsetMs(): number
}

export function movableClock(): MovableClock {
  let offsetMs = 0
  return {
    now: () => Date.now() + offsetMs,
    offsetMs: () => offsetMs,
    advance({ seconds = 0, minutes = 0, hours = 0, days = 0 }) {
      offsetMs += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
    },
  }
}
