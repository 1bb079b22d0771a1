/** The time, in milliseconds since 1970. Handlers ask it instead of the system, so that tests can move it. */
export interface Clock {
  now(): number
}

/** An instant as the wire shows it: ISO 8601, UTC, milliseconds. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
