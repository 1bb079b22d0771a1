/** The time, in milliseconds since 1970. Handlers ask it instead of the system, so that tests can move it. */
export interface Clock {
  now(): number
}

let lastMs = Number.NaN
let lastIso = ''

/** An instant as the wire shows it: ISO 8601, UTC, milliseconds. */
export function isoTime(timeMs: number): string {
  // Under load many answers are of the same millisecond.
  if (timeMs === lastMs) return lastIso
  lastIso = new Date(timeMs).toISOString()
  lastMs = timeMs
  return lastIso
}
