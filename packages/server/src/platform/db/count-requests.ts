import type { Queries } from '#kernel/queries'
import { statement } from '#platform/db/statement'

/** What is counted, under the hash of what it is; nothing that could be read back is kept. */
export interface Bucket {
  readonly hash: Buffer
  readonly windowSeconds: number
  /** How many are counted at once; one when absent. */
  readonly times?: number
}

export interface Count {
  readonly requests: number
  readonly window_ends_at: string
  /** Whole seconds until the count begins anew. */
  readonly reset_seconds: number
}

/** In the order of their hashes, so that two who count the same buckets do not wait for each other. */
const countAll = `
  insert into rate_limits (environment_id, bucket_hash, window_ends_at, requests)
  select $1, hash, instant() + seconds * interval '1 second', times
  from unnest($2::bytea[], $3::integer[], $4::integer[]) as bucket (hash, seconds, times) order by hash
  on conflict (environment_id, bucket_hash) do update set
    requests = excluded.requests
             + case when rate_limits.window_ends_at <= instant() then 0 else rate_limits.requests end,
    window_ends_at = case when rate_limits.window_ends_at <= instant() then excluded.window_ends_at
                          else rate_limits.window_ends_at end
  returning bucket_hash, requests, window_ends_at,
            ceil(extract(epoch from window_ends_at - instant()))::integer as reset_seconds`

/**
 * Counts something in each of the buckets, in one statement and in the database, so that a limit holds across
 * every node and restart. A window begins with the first that is counted in it. Answers in the given order.
 */
export async function countRequests(queries: Queries, buckets: readonly Bucket[]): Promise<Count[]> {
  const rows = await queries.many(
    statement<Count & { bucket_hash: Buffer }>(countAll, [
      queries.environmentId,
      buckets.map(({ hash }) => hash),
      buckets.map(({ windowSeconds }) => windowSeconds),
      buckets.map(({ times = 1 }) => times),
    ]),
  )
  return inOrder(buckets, rows).map((row) => row as Count)
}

const readAll = `
  select bucket_hash, requests, window_ends_at,
         ceil(extract(epoch from window_ends_at - instant()))::integer as reset_seconds
  from rate_limits where environment_id = $1 and bucket_hash = any($2) and window_ends_at > instant()`

/** How buckets stand; undefined for one whose window is over. */
export async function readCounts(
  queries: Queries,
  buckets: readonly Bucket[],
): Promise<(Count | undefined)[]> {
  const hashes = buckets.map(({ hash }) => hash)
  const rows = await queries.many(
    statement<Count & { bucket_hash: Buffer }>(readAll, [queries.environmentId, hashes]),
  )
  return inOrder(buckets, rows)
}

function inOrder<Row extends { bucket_hash: Buffer }>(buckets: readonly Bucket[], rows: readonly Row[]) {
  return buckets.map(({ hash }) => rows.find(({ bucket_hash }) => bucket_hash.equals(hash)))
}

const uncountAll = `
  with counted as (
    select bucket_hash from rate_limits
    where environment_id = $1 and bucket_hash = any($2) and requests > 0
    order by bucket_hash for update)
  update rate_limits r set requests = requests - 1 from counted c
  where r.environment_id = $1 and r.bucket_hash = c.bucket_hash`

/** Takes back what `countRequests` counted. */
export async function uncountRequests(
  queries: Queries,
  buckets: readonly Pick<Bucket, 'hash'>[],
): Promise<void> {
  await queries.run(statement(uncountAll, [queries.environmentId, buckets.map(({ hash }) => hash)]))
}

/** Begins buckets anew. */
export async function forgetCounts(queries: Queries, buckets: readonly Bucket[]): Promise<void> {
  await queries.run(
    statement('delete from rate_limits where environment_id = $1 and bucket_hash = any($2)', [
      queries.environmentId,
      buckets.map(({ hash }) => hash),
    ]),
  )
}
