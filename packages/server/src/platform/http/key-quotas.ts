import { createHash } from 'node:crypto'
import { errors } from '@claviger/contract'
import type { Clock } from '#kernel/clock'
import type { KeyTerms } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { createRequestCounter } from '#platform/db/count-together'
import { LimitExceeded, type LimitState, tightestOf } from './rate-limit.js'

/**
 * Counts requests against the limits that keys have of their own, in the database, so that they hold over all nodes;
 * most keys have none. What comes together is counted together, and a node remembers for how long a limit is used
 * up: however often somebody asks with one key, others do not wait behind its statements.
 */
export function createKeyQuotas(clock: Clock) {
  const usedUpMax = 10_000
  const usedUp = new Map<string, { readonly state: LimitState; readonly endsAtMs: number }>()
  const count = createRequestCounter()

  async function countQuota(
    queries: Queries,
    policy: string,
    requestsMax: number | null,
    windowSeconds: number,
    id: string,
  ): Promise<LimitState | undefined> {
    if (requestsMax === null) return undefined
    const hash = createHash('sha256').update(`key\n${policy}\n${id}`).digest()
    const quota = { policy, hash, requestsMax, windowSeconds, error: errors.rate_limited }
    return tightestOf([quota], [await count(queries, quota)])
  }

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
      const minute = await countQuota(queries, 'minute', requestsPerMinute, 60, id)
      // Afterwards, so that what the minute refuses takes no place of the hour.
      const hour = await countQuota(queries, 'hour', requestsPerHour, 3_600, id)
      return minute && hour && hour.remaining < minute.remaining ? hour : (minute ?? hour)
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
