import { createHash } from 'node:crypto'
import type { Verification } from '@claviger/contract'
import { coalesce } from '#kernel/coalesce'
import { groupBy } from '#kernel/group-by'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

interface Payment {
  readonly queries: Queries
  readonly keyId: string
  readonly cost: number
}

interface Paid {
  readonly isPaid: boolean
  readonly left: number | null
}

/**
 * Takes verifications from what keys have: a place in the minute, and credits. The database decides about both, so
 * neither can be overdrawn on however many nodes; what comes together for one key is one statement.
 */
export function createLimits() {
  const count = store.createRequestCounter()
  const pay = coalesce(payTogether, { inFlightMax: 4 })

  return {
    async takePlace(
      queries: Queries,
      id: string,
      limit: number,
    ): Promise<NonNullable<Verification['rateLimit']>> {
      // With another limit it is another count.
      const hash = createHash('sha256').update(`api_key\n${limit}\n${id}`).digest()
      const { requests, reset_seconds } = await count(queries, { hash, windowSeconds: 60 })
      return { limit, remaining: limit - requests, resetSeconds: reset_seconds }
    },
    async spend(queries: Queries, keyId: string, cost: number): Promise<Paid> {
      return (await pay({ queries, keyId, cost })) as Paid
    },
  }
}

/** Pays for each key in one statement, first come, first served. */
async function payTogether(all: readonly Payment[]): Promise<readonly Paid[]> {
  const groups = groupBy(all, ({ keyId }) => keyId)
  const paid = new Map<Payment, Paid>()
  await Promise.all(
    [...groups].map(async ([keyId, group]) => {
      const costs = group.map(({ cost }) => cost)
      const { granted, credits_left } = await store.spendCredits((group[0] as Payment).queries, keyId, costs)
      let left = credits_left
      for (const [i, payment] of [...group.entries()].reverse()) {
        const isPaid = granted[i] as boolean
        paid.set(payment, { isPaid, left })
        if (left !== null && isPaid) left += payment.cost
      }
    }),
  )
  return all.map((payment) => paid.get(payment) as Paid)
}
