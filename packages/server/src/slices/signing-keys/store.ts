import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { Algorithm } from './signing-key.js'

export type PublicJwk = Record<string, string>

export interface SigningKeyRow {
  readonly id: string
  readonly algorithm: Algorithm
  readonly status: 'next' | 'current' | 'retired'
  readonly activates_at: string
  readonly expires_at: string | null
  readonly created_at: string
}

/** The current key is the active one that became so last; a subquery, because `returning` takes no window. */
const columns = sql`
  id, algorithm, activates_at, expires_at, created_at,
  case when activates_at > instant() then 'next'
       when id = (select k.id from signing_keys k
                  where k.environment_id = signing_keys.environment_id and k.activates_at <= instant()
                  order by k.activates_at desc limit 1) then 'current'
       else 'retired' end as status`

export function listKeys(read: Queries, request: PageRequest) {
  return listPage<SigningKeyRow>(read, request, {
    columns,
    from: sql`signing_keys`,
    where: [sql`environment_id = ${read.environmentId}`, sql`(expires_at is null or expires_at > instant())`],
  })
}

/** The public halves of every key of the environment that a valid token may be signed with. */
export function listPublicKeys(read: Queries) {
  return read.many(query<{ public_jwk: PublicJwk }>`
    select public_jwk from signing_keys
    where environment_id = ${read.environmentId} and (expires_at is null or expires_at > instant())
    order by activates_at desc`)
}

/**
 * The key that signs now: of those that are active, the one that became so last. Where none is active yet, the
 * first to become so: whoever waited for the lock looks from an instant before the key that was made meanwhile.
 */
export function findCurrentKey(queries: Queries) {
  return queries.first(
    statement<{ id: string; algorithm: Algorithm; private_key_sealed: Buffer }>(
      `select id, algorithm, private_key_sealed from signing_keys
       where environment_id = $1 and (expires_at is null or expires_at > instant())
       order by activates_at <= instant() desc, abs(extract(epoch from activates_at - instant())) limit 1`,
      [queries.environmentId],
    ),
  )
}

/** Finds the public half of a key by its id, in whatever environment it is. */
export function findPublicKey(anywhere: Queries, id: string) {
  return anywhere.first(
    statement<{ environment_id: string; algorithm: Algorithm; public_jwk: PublicJwk }>(
      'select * from find_signing_key($1)',
      [id],
    ),
  )
}

/** Lets one transaction at a time add a key to an environment. */
export async function lockKeys(tx: Transaction): Promise<void> {
  await tx.run(
    statement('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`signing-keys/${tx.environmentId}`]),
  )
}

export function findNextKey(tx: Transaction) {
  return tx.first(query<SigningKeyRow>`
    select ${columns} from signing_keys where environment_id = ${tx.environmentId} and activates_at > instant()`)
}

/** Adds a key that signs after `activatesInSeconds`; those before it leave the set `overlapSeconds` later. */
export async function insertKey(
  tx: Transaction,
  key: { id: string; algorithm: Algorithm; publicJwk: PublicJwk; privateKeySealed: Buffer },
  { activatesInSeconds, overlapSeconds }: { activatesInSeconds: number; overlapSeconds: number },
): Promise<SigningKeyRow> {
  const activatesAt = sql`instant() + ${activatesInSeconds} * interval '1 second'`
  await tx.run(query`
    update signing_keys set expires_at = ${activatesAt} + ${overlapSeconds} * interval '1 second'
    where environment_id = ${tx.environmentId} and expires_at is null`)
  return tx.one(query<SigningKeyRow>`
    insert into signing_keys (environment_id, id, algorithm, public_jwk, private_key_sealed, activates_at)
    values (${tx.environmentId}, ${key.id}, ${key.algorithm}, ${JSON.stringify(key.publicJwk)}::jsonb,
            ${key.privateKeySealed}, ${activatesAt})
    returning ${columns}`)
}

/** Environments whose newest key is older than `ageDays`; across all of them, for the worker. */
export function listDueForRotation(anywhere: Queries, ageDays: number) {
  return anywhere.many(
    statement<{ environment_id: string; algorithm: Algorithm | null }>(
      'select * from find_due_signing_keys($1)',
      [ageDays],
    ),
  )
}
