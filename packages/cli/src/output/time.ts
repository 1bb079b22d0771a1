/** The day of a timestamp of the API: 2026-11-22. In UTC, as the API has it, for all to read the same. */
export function day(timestamp: string): string {
  return timestamp.slice(0, 10)
}

/** The minute of a timestamp of the API: 2026-11-22 14:05 UTC. */
export function minute(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)} UTC`
}
