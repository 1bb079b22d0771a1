import { inOrderOf } from '#kernel/group-by'
import type { LookUp } from '#kernel/look-up'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { hashSecretToHex } from '#kernel/secret'
import { byteaArray } from '#platform/db/binary-arrays'
import { query, sql } from '#platform/db/build'
import { withInstants } from '#platform/db/json-rows'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { EnvironmentRow } from '#slices/projects'
import { type GivenTerms, isWellFormedKey, type KeyStatus } from './secret-key.js'

export interface KeyRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly description: string | null
  readonly prefix: string
  readonly permissions: string[]
  readonly allowed_namespaces: string[] | null
  readonly rate_limit_per_minute: number | null
  readonly rate_limit_per_hour: number | null
  readonly status: KeyStatus
  readonly enabled: boolean
  readonly created_by: string | null
  readonly expires_at: string | null
  readonly deprecated_at: string | null
  readonly grace_period_ends_at: string | null
  readonly replaced_by_id: string | null
  readonly uses_since_deprecation: number
  readonly last_used_at: string | null
  readonly revoked_at: string | null
  readonly created_at: string
}

export interface FoundKey extends EnvironmentRow {
  /** As JSON has it: `\x` and hexadecimal digits. */
  readonly hash: string
  readonly id: string
  readonly kind: string
  readonly permissions: string[]
  readonly status: KeyStatus
  readonly deprecated_at: string | null
  readonly grace_period_ends_at: string | null
  readonly rate_limit_per_minute: number | null
  readonly rate_limit_per_hour: number | null
}

export interface RevocationRow {
  readonly id: string
  readonly name: string
  readonly revoked_at: string
  readonly revoked_by: string | null
  readonly revocation_reason: string | null
}

const columns = sql`
  k.id, k.kind, k.name, k.description, k.prefix, k.permissions, k.allowed_namespaces, k.rate_limit_per_minute,
  k.rate_limit_per_hour, secret_key_status(k) as status, k.enabled, k.created_by, k.expires_at, k.deprecated_at,
  k.grace_period_ends_at, k.replaced_by_id, k.uses_since_deprecation, k.last_used_at, k.revoked_at, k.created_at`

/**
 * Finds keys by what was sent, in whatever environment they are: this is how an environment becomes known. What is made
 * of one is made once for all who sent it.
 */
export function bySecret<Value>(make: (key: FoundKey) => Value): LookUp<string, FoundKey[], Value> {
  return {
    name: 'secret_keys',
    isKey: isWellFormedKey,
    sql: (hashes) => `(select json_agg(f) from find_secret_keys(${hashes}) f)`,
    ask(secrets) {
      const hashes = secrets.map(hashSecretToHex)
      return {
        parameters: [byteaArray(hashes)],
        read(found) {
          const keys = inOrderOf(hashes, withInstants(found ?? []), ({ hash }) => hash.slice('\\x'.length))
          return keys.map((key) => key && make(key))
        },
      }
    },
  }
}

/** Keeps a new key; undefined if another one of the environment begins alike, and nobody could tell them apart. */
export function insertKey(
  tx: Transaction,
  key: {
    readonly id: string
    readonly kind: string
    readonly prefix: string
    readonly hash: Buffer
    readonly createdBy: string
    readonly terms: GivenTerms
  },
): Promise<KeyRow | undefined> {
  const { terms } = key
  return tx.first(query<KeyRow>`
    insert into secret_keys as k
      (environment_id, id, kind, prefix, hash, created_by, name, description, permissions, allowed_namespaces,
       rate_limit_per_minute, rate_limit_per_hour, expires_at)
    values
      (${tx.environmentId}, ${key.id}, ${key.kind}, ${key.prefix}, ${key.hash}, ${key.createdBy}, ${terms.name},
       ${terms.description}, ${terms.permissions}, ${terms.allowedNamespaces}, ${terms.rateLimitPerMinute},
       ${terms.rateLimitPerHour}, ${terms.expiresAt})
    on conflict (environment_id, prefix) do nothing
    returning ${columns}`)
}

export interface KeyFilter {
  readonly kind?: string
  readonly status?: string
  readonly enabled?: boolean
  readonly isActive?: boolean
  readonly createdBy?: string
}

export function listKeys(read: Queries, filter: KeyFilter, request: PageRequest) {
  const { kind, status, enabled, isActive, createdBy } = filter
  return listPage<KeyRow>(read, request, {
    columns,
    from: sql`secret_keys k`,
    where: [
      sql`k.environment_id = ${read.environmentId} and k.deleted_at is null`,
      kind !== undefined && sql`k.kind = ${kind}`,
      status !== undefined && sql`secret_key_status(k) = ${status}`,
      enabled !== undefined && sql`k.enabled = ${enabled}`,
      isActive !== undefined && sql`(secret_key_status(k) in ('active', 'deprecated')) = ${isActive}`,
      createdBy !== undefined && sql`k.created_by = ${createdBy}`,
    ],
  })
}

export function findKey(queries: Queries, id: string): Promise<KeyRow | undefined> {
  return queries.first(query<KeyRow>`
    select ${columns} from secret_keys k
    where k.environment_id = ${queries.environmentId} and k.id = ${id} and k.deleted_at is null`)
}

/** Finds a key and keeps others from changing it until the transaction ends. */
export function lockKey(tx: Transaction, id: string): Promise<KeyRow | undefined> {
  return tx.first(query<KeyRow>`
    select ${columns} from secret_keys k
    where k.environment_id = ${tx.environmentId} and k.id = ${id} and k.deleted_at is null
    for update`)
}

/** Finds a key that works, and has whoever ends or changes it wait until the transaction is over. */
export function holdWorkingKey(tx: Transaction, id: string): Promise<KeyRow | undefined> {
  return tx.first(query<KeyRow>`
    select ${columns} from secret_keys k
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
      and secret_key_status(k) in ('active', 'deprecated')
    for share`)
}

export function updateTerms(tx: Transaction, id: string, terms: GivenTerms): Promise<KeyRow> {
  return tx.one(query<KeyRow>`
    update secret_keys k set
      name = ${terms.name}, description = ${terms.description}, permissions = ${terms.permissions},
      allowed_namespaces = ${terms.allowedNamespaces}, rate_limit_per_minute = ${terms.rateLimitPerMinute},
      rate_limit_per_hour = ${terms.rateLimitPerHour}, expires_at = ${terms.expiresAt}
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
    returning ${columns}`)
}

export function setEnabled(tx: Transaction, id: string, enabled: boolean): Promise<KeyRow> {
  return tx.one(query<KeyRow>`
    update secret_keys k set enabled = ${enabled}
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
    returning ${columns}`)
}

/** Lets a key end with its grace period; since when it is deprecated stays with the first time. */
export function deprecateKey(
  tx: Transaction,
  id: string,
  { graceHours, replacedById }: { readonly graceHours: number; readonly replacedById: string | null },
): Promise<KeyRow> {
  return tx.one(query<KeyRow>`
    update secret_keys k set
      deprecated_at = coalesce(k.deprecated_at, instant()),
      grace_period_ends_at = date_trunc('milliseconds', instant() + ${graceHours} * interval '1 hour'),
      replaced_by_id = coalesce(${replacedById}::uuid, k.replaced_by_id)
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
    returning ${columns}`)
}

export function revokeKey(
  tx: Transaction,
  id: string,
  { by, reason }: { readonly by: string; readonly reason: string | null },
): Promise<KeyRow> {
  return tx.one(query<KeyRow>`
    update secret_keys k set
      revoked_at = instant(), revoked_by = ${by}, revocation_reason = ${reason}, enabled = false
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
    returning ${columns}`)
}

export async function deleteKey(tx: Transaction, id: string): Promise<void> {
  await tx.run(query`
    update secret_keys set deleted_at = instant(), enabled = false
    where environment_id = ${tx.environmentId} and id = ${id}`)
}

/** Of a key that is there: when and why it was revoked, if it was. */
export function findRevocations(read: Queries, id: string): Promise<RevocationRow[]> {
  return read.many(query<RevocationRow>`
    select id, name, revoked_at, revoked_by, revocation_reason from secret_keys
    where environment_id = ${read.environmentId} and id = ${id} and revoked_at is not null`)
}

/** A use of a key that is to be written down, and how many there were of it while it was deprecated. */
export interface KeyUse {
  readonly environmentId: string
  readonly id: string
  readonly usedAt: string
  readonly deprecatedUses: number
}

export async function touchKeys(anywhere: Queries, uses: readonly KeyUse[]): Promise<void> {
  await anywhere.run(
    statement('select touch_secret_keys($1, $2, $3, $4)', [
      uses.map(({ environmentId }) => environmentId),
      uses.map(({ id }) => id),
      uses.map(({ usedAt }) => usedAt),
      uses.map(({ deprecatedUses }) => deprecatedUses),
    ]),
  )
}
