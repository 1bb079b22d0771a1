import { createHash } from 'node:crypto'
import { errors } from '@claviger/contract'
import { ipNetwork } from '#kernel/ip-network'
import type { Queries } from '#kernel/queries'
import { countRequests } from '#platform/db/count-requests'
import { oneCustomer, tightestOf } from './rate-limit.js'

/** How often within a minute somebody may be wrong about one client, and about any. */
const failuresMax = { client: 20, address: 60 }
const windowSeconds = 60

/**
 * Counts credentials of clients that were refused, by client id and by address, in the database; refuses those that
 * were wrong too often. Who has the right secret is never counted, so nobody can lock a client out.
 */
export function createClientFailureCounter(queries: Queries) {
  return async function countFailure(clientId: string, address: string | null): Promise<void> {
    const counted = { client: clientId.slice(0, 100), address: ipNetwork(address ?? '', oneCustomer) }
    const limits = (['client', 'address'] as const).map((by) => ({
      policy: by,
      requestsMax: failuresMax[by],
      windowSeconds,
      error: errors.rate_limited,
      hash: createHash('sha256').update(`client failures\n${by}\n${counted[by]}`).digest(),
    }))
    tightestOf(limits, await countRequests(queries, limits))
  }
}
