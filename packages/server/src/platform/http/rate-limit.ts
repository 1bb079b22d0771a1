import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { ErrorDefinition, RateLimit, Route } from '@claviger/contract'
import { errors } from '@claviger/contract'
import type { Clock } from '#kernel/clock'
import { Failure } from '#kernel/failure'
import type { KeyTerms } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { statement } from '#platform/db/statement'

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

const countRequest = `
  insert into rate_limits (environment_id, bucket_hash, window_ends_at, requests)
  values ($1, $2, instant() + $3 * interval '1 second', 1)
  on conflict (environment_id, bucket_hash) do update set
    requests = case when rate_limits.window_ends_at <= instant() then 1 else rate_limits.requests + 1 end,
    window_ends_at = case when rate_limits.window_ends_at <= instant() then excluded.window_ends_at
                          else rate_limits.window_ends_at end
  returning requests, ceil(extract(epoch from window_ends_at - instant()))::int as reset_seconds`

/**
 * Counts a request against limits of its route, in the database, so that a limit holds across
 * every node and restart. Refuses with the limit's own error; returns the tightest state.
 */
export async function enforceLimits(
  route: Route,
  limits: readonly RateLimit[],
  queries: Queries,
  request: { readonly address: string | null; readonly body: unknown },
): Promise<LimitState | undefined> {
  return countAll(
    queries,
    limits.map((limit) => ({
      policy: limit.by === 'address' ? 'address' : 'account',
      bucket: `${route.id}\n${limit.by}\n${bucketOf(limit, request)}`,
      ...limit,
    })),
  )
}

/**
 * Counts requests against the limits that keys have of their own, in the database, so that they hold over all nodes;
 * most keys have none. A node remembers for how long a limit is used up: who goes on asking is then refused without
 * a statement that others would have to wait behind.
 */
export function createKeyQuotas(clock: Clock) {
  const usedUpMax = 10_000
  const usedUp = new Map<string, { readonly state: LimitState; readonly endsAtMs: number }>()

  return async function countQuotas(terms: KeyTerms, queries: Queries): Promise<LimitState | undefined> {
    const { id, requestsPerMinute, requestsPerHour } = terms
    // With other limits it is another quota.
    const name = `${id} ${requestsPerMinute} ${requestsPerHour}`
    const known = usedUp.get(name)
    const leftMs = known ? known.endsAtMs - clock.now() : 0
    // More than a window can only be left when the clock was set back.
    if (known && leftMs > 0 && leftMs <= known.state.windowSeconds * 1_000)
      throw new LimitExceeded(errors.rate_limited, {
        ...known.state,
        resetSeconds: Math.ceil(leftMs / 1_000),
      })
    usedUp.delete(name)
    try {
      return await countAll(queries, [
        ...quotaOf('minute', requestsPerMinute, 60, id),
        ...quotaOf('hour', requestsPerHour, 3_600, id),
      ])
    } catch (error) {
      if (error instanceof LimitExceeded) {
        if (usedUp.size >= usedUpMax) usedUp.clear()
        const { state } = error
        usedUp.set(name, { state, endsAtMs: clock.now() + state.resetSeconds * 1_000 })
      }
      throw error
    }
  }
}

function quotaOf(
  policy: string,
  requestsMax: number | null,
  windowSeconds: number,
  id: string,
): CountedLimit[] {
  if (requestsMax === null) return []
  const bucket = `key\n${policy}\n${id}`
  return [{ policy, bucket, requestsMax, windowSeconds, error: errors.rate_limited }]
}

interface CountedLimit {
  readonly policy: string
  readonly bucket: string
  readonly requestsMax: number
  readonly windowSeconds: number
  readonly error: ErrorDefinition
}

/** Counts one after the other, so that what an earlier limit refuses takes no place of a later one. */
async function countAll(queries: Queries, limits: readonly CountedLimit[]): Promise<LimitState | undefined> {
  let tightest: LimitState | undefined
  for (const { policy, bucket, requestsMax, windowSeconds, error } of limits) {
    const hash = createHash('sha256').update(bucket).digest()
    const row = await queries.one(
      statement<{ requests: number; reset_seconds: number }>(countRequest, [
        queries.environmentId,
        hash,
        windowSeconds,
      ]),
    )
    const state: LimitState = {
      policy,
      requestsMax,
      windowSeconds,
      remaining: Math.max(0, requestsMax - row.requests),
      resetSeconds: row.reset_seconds,
    }
    if (row.requests > requestsMax) throw new LimitExceeded(error, state)
    if (!tightest || state.remaining < tightest.remaining) tightest = state
  }
  return tightest
}

/** The value that a limit counts by; an account without case, as it is found. */
function bucketOf(limit: RateLimit, { address, body }: { address: string | null; body: unknown }): string {
  if (limit.by === 'address') return networkOf(address ?? '')
  return String((body as Record<string, unknown>)[limit.by.slice('body.'.length)]).toLowerCase()
}

/** Of an IPv6 address the /64 network: a single customer has all of it, and more (RFC 6177). */
export function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.toLowerCase().startsWith('::ffff:')) return address
  const [left = [], right = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const network = [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
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

/** The headers of draft-ietf-httpapi-ratelimit-headers-10. */
export function limitHeaders(state: LimitState): Record<string, string> {
  return {
    'ratelimit-policy': `"${state.policy}";q=${state.requestsMax};w=${state.windowSeconds}`,
    ratelimit: `"${state.policy}";r=${state.remaining};t=${state.resetSeconds}`,
  }
}
