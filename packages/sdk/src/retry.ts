import { ApiError, ConnectionError } from './errors.js'
import type { Operation } from './operation.js'

const backoffMsBase = 500
const backoffMsMax = 8_000
const retryAfterMsMax = 60_000

/** The server may have begun the work: only what can be done twice may be asked again. */
const repeatableStatuses: ReadonlySet<number> = new Set([408, 500, 502, 504])
/** The server refused before it began: everything may be asked again. */
const refusedStatuses: ReadonlySet<number> = new Set([429, 503])
/** No connection came about, so no byte of the request was sent. */
const unsentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
])

/** Whether asking again can help, and cannot do the work twice. */
export function isRetryable(error: unknown, operation: Operation): error is ApiError | ConnectionError {
  const isRepeatable =
    operation.method === 'GET' || operation.method === 'DELETE' || operation.idempotent === true
  if (error instanceof ConnectionError) return isRepeatable || unsentCodes.has(error.code ?? '')
  if (!(error instanceof ApiError)) return false
  // The first request with the same key is still at work: its answer will be ours.
  if (error.status === 409) return isRepeatable && error.code === 'idempotency_in_flight'
  return refusedStatuses.has(error.status) || (isRepeatable && repeatableStatuses.has(error.status))
}

/**
 * How long to wait before the next attempt, in milliseconds: exponential with full jitter, and never
 * before the time that the server names. The jitter is added to that time, because clients that were
 * refused together would otherwise come back together.
 *
 * @param attempt How many attempts failed before this one; 0 for the first failure.
 */
export function retryDelayMs(error: unknown, attempt: number, random: () => number): number {
  const jitterMs = random() * Math.min(backoffMsMax, backoffMsBase * 2 ** attempt)
  const retryAfterSeconds = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) : 0
  return Math.min(retryAfterMsMax, retryAfterSeconds * 1000) + jitterMs
}

/**
 * The seconds that a `Retry-After` header asks for (RFC 9110 section 10.2.3): a number, or a date.
 *
 * @param nowMs Milliseconds since 1970, for a date.
 * @returns Undefined when the header is absent or not readable; 0 for a date that has passed.
 */
export function retryAfterSeconds(header: string | null, nowMs: number): number | undefined {
  const value = header?.trim()
  if (!value) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const dateMs = Date.parse(value)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - nowMs) / 1000))
}
