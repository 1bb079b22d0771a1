const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** A time with its zone: without one it would mean another moment on another machine. */
const instant = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/i

/**
 * When a ban ends, from a span (`30m`, `12h`, `7d`, `2w`) or a moment of ISO 8601; a date alone is its midnight
 * in UTC.
 *
 * @returns Milliseconds since 1970; undefined for a text that is neither, or that lies not in the future.
 */
export function readBanEnd(text: string, nowMs: number): number | undefined {
  const [, amount, unit] = /^(\d{1,4})([mhdw])$/.exec(text) ?? []
  const endMs = unit ? nowMs + Number(amount) * unitMs[unit as keyof typeof unitMs] : readInstant(text)
  return endMs > nowMs ? endMs : undefined
}

/** NaN for what is no moment. `Date` would take the 30th of February for the 2nd of March. */
function readInstant(text: string): number {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number)
  const isDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day
  return instant.test(text) && isDay ? Date.parse(text) : Number.NaN
}
