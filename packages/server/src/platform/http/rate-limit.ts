import { createHash } from 'node:crypto'
import type { ErrorDefinition, RateLimit, Route } from '@claviger/contract'
import { errors } from '@claviger/contract'
import type { Clock } from '#kernel/clock'
import { Failure } from '#kernel/failure'
import { ipNetwork } from '#kernel/ip-network'
import type { Queries } from '#kernel/queries'
import { type Bucket, type Count, countRequests } from '#platform/db/count-requests'
import type { AnswerHeaders } from './wire.js'

/** What is left of a limit; shown in the `RateLimit` headers. */
export interface LimitState {
  readonly policy: string
  readonly requestsMax: number
  readonly windowSeconds: number
  readonly remaining: number
  readonly resetSeconds: number
}

/** A request too many: refused with the error of the limit, and with what the limit is. */
export class LimitExceeded extends Failure {
  readonly state: LimitState

  constructor(definition: ErrorDefinition, state: LimitState) {
    super(definition, { retryAfterSeconds: state.resetSeconds })
    this.state = state
  }
}

/** Of an IPv6 address the /64 network: a single customer has all of it, and more (RFC 6177). */
export const oneCustomer = { ipv4: 32, ipv6: 64 }

/** What of a request is counted. */
interface Counted {
  readonly address: string | null
  readonly userId: string | null
  readonly body: unknown
}

/**
 * Counts a request against limits of its route, in the database, so that a limit holds across
 * every node and restart. Refuses with the limit's own error; returns the tightest state.
 */
export async function enforceLimits(
  route: Route,
  limits: readonly RateLimit[],
  queries: Queries,
  request: Counted,
): Promise<LimitState | undefined> {
  const counted = limits.map((limit) => ({
    ...limit,
    policy: limit.by === 'address' ? 'address' : 'account',
    hash: bucketHash(route, limit, request),
  }))
  return tightestOf(counted, await countRequests(queries, counted))
}

export interface CountedLimit extends Bucket {
  readonly policy: string
  readonly requestsMax: number
  readonly error: ErrorDefinition
}

/** The tightest of limits, as they were counted; refuses with the error of the first that is exceeded. */
export function tightestOf(
  limits: readonly CountedLimit[],
  counts: readonly Count[],
): LimitState | undefined {
  let tightest: LimitState | undefined
  for (const [i, { policy, requestsMax, windowSeconds, error }] of limits.entries()) {
    const { requests, reset_seconds } = counts[i] as Count
    const state: LimitState = {
      policy,
      requestsMax,
      windowSeconds,
      remaining: Math.max(0, requestsMax - requests),
      resetSeconds: reset_seconds,
    }
    if (requests > requestsMax) throw new LimitExceeded(error, state)
    if (!tightest || state.remaining < tightest.remaining) tightest = state
  }
  return tightest
}

function bucketHash(route: Route, limit: RateLimit, request: Counted): Buffer {
  const { by, windowSeconds } = limit
  const counted = `${route.id}\n${by}\n${windowSeconds}\n${bucketOf(limit, request)}`
  return createHash('sha256').update(counted).digest()
}

/** The value that a limit counts by; an account without case, as it is found. */
function bucketOf(limit: RateLimit, { address, userId, body }: Counted): string {
  if (limit.by === 'address') return ipNetwork(address ?? '', oneCustomer)
  if (limit.by === 'user') return userId ?? ''
  return String((body as Record<string, unknown>)[limit.by.slice('body.'.length)]).toLowerCase()
}

/** Counts requests of each credential on this node: a guard against a loop that has run away. */
export function createKeyLimiter(options: { requestsPerMinute: number; clock: Clock }) {
  const windowSeconds = 60
  let counts = new Map<string, number>()
  let windowEndsAt = 0

  return function countKey(id: string): LimitState {
    const now = options.clock.now()
    if (now >= windowEndsAt) {
      counts = new Map()
      windowEndsAt = now + windowSeconds * 1_000
    }
    const requests = (counts.get(id) ?? 0) + 1
    counts.set(id, requests)
    const resetSeconds = Math.max(1, Math.ceil((windowEndsAt - now) / 1_000))
    const state: LimitState = {
      policy: 'key',
      requestsMax: options.requestsPerMinute,
      windowSeconds,
      remaining: Math.max(0, options.requestsPerMinute - requests),
      resetSeconds,
    }
    if (requests > options.requestsPerMinute) throw new LimitExceeded(errors.rate_limited, state)
    return state
  }
}

/** In the headers of draft-ietf-httpapi-ratelimit-headers-10. */
export function tellLimit(headers: AnswerHeaders, state: LimitState): void {
  headers['ratelimit-policy'] = `"${state.policy}";q=${state.requestsMax};w=${state.windowSeconds}`
  headers.ratelimit = `"${state.policy}";r=${state.remaining};t=${state.resetSeconds}`
}
