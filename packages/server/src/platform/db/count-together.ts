import { coalesce } from '#kernel/coalesce'
import { groupBy } from '#kernel/group-by'
import type { Queries } from '#kernel/queries'
import { type Bucket, type Count, countRequests } from './count-requests.js'

interface Counting {
  readonly queries: Queries
  readonly bucket: Bucket
}

/**
 * Counts one request at a time, as `countRequests` does; what comes together for one bucket is counted together, so
 * that however often somebody asks, others do not wait behind as many statements.
 */
export function createRequestCounter(): (queries: Queries, bucket: Bucket) => Promise<Count> {
  const count = coalesce(countTogether, { inFlightMax: 4 })
  return async (queries, bucket) => (await count({ queries, bucket })) as Count
}

/** Counts each bucket in one statement, and gives each request the place that it would have had. */
async function countTogether(all: readonly Counting[]): Promise<readonly (Count | undefined)[]> {
  const groups = groupBy(
    all,
    ({ queries, bucket }) => `${queries.environmentId} ${bucket.hash.toString('latin1')}`,
  )
  const places = new Map<Counting, Count>()
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const [{ queries, bucket }] = group as [Counting]
      const times = group.length
      const [last] = (await countRequests(queries, [{ ...bucket, times }])) as [Count]
      for (const [i, one] of group.entries()) {
        places.set(one, { ...last, requests: last.requests - times + 1 + i })
      }
    }),
  )
  return all.map((one) => places.get(one))
}
