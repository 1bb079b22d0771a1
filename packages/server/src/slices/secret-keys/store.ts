import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { build, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { EnvironmentRow } from '#slices/projects'

export interface KeyRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly prefix: string
  readonly last_used_at: string | null
  readonly revoked_at: string | null
  readonly created_at: string
}

export interface FoundKey extends EnvironmentRow {
  readonly hash: Buffer
  readonly id: string
  readonly kind: string
  readonly permissions: string[]
  readonly revoked: boolean
}

const columns = ['id', 'kind', 'name', 'prefix', 'last_used_at', 'revoked_at', 'created_at'] as const

/** Finds keys by their hashes, in whatever environment they are: this is how an environment becomes known. */
export function findByHashes(anywhere: Queries, hashes: readonly Buffer[]) {
  return anywhere.many(statement<FoundKey>('select * from find_secret_keys($1)', [hashes]))
}

export function insertKey(
  tx: Transaction,
  key: { id: string; kind: string; name: string; prefix: string; hash: Buffer },
): Promise<KeyRow> {
  return tx.one(
    build
      .insertInto('secret_keys')
      .values({ environment_id: tx.environmentId, ...key })
      .returning(columns),
  )
}

export function listKeys(read: Queries, request: PageRequest) {
  return listPage<KeyRow>(read, request, {
    columns: sql.join(columns.map((column) => sql.ref(column))),
    from: sql`secret_keys`,
    where: [sql`environment_id = ${read.environmentId}`],
  })
}

/** Revokes a key; `changed` is false for one that was revoked before. */
export async function revokeKey(
  tx: Transaction,
  id: string,
): Promise<{ key: KeyRow; changed: boolean } | undefined> {
  const changed = await tx.first(query<KeyRow>`
    update secret_keys set revoked_at = instant()
    where environment_id = ${tx.environmentId} and id = ${id} and revoked_at is null
    returning id, kind, name, prefix, last_used_at, revoked_at, created_at`)
  if (changed) return { key: changed, changed: true }
  const key = await tx.first(
    build
      .selectFrom('secret_keys')
      .select(columns)
      .where('environment_id', '=', tx.environmentId)
      .where('id', '=', id),
  )
  return key && { key, changed: false }
}

export async function touchKeys(
  anywhere: Queries,
  uses: readonly { environmentId: string; id: string; usedAt: string }[],
): Promise<void> {
  await anywhere.run(
    statement('select touch_secret_keys($1, $2, $3)', [
      uses.map(({ environmentId }) => environmentId),
      uses.map(({ id }) => id),
      uses.map(({ usedAt }) => usedAt),
    ]),
  )
}
