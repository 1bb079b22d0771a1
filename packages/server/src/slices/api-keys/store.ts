import type { ApiKey } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { countOf, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import type { KeptSecret, Terms } from './api-key.js'

export interface KeyRow {
  readonly id: string
  readonly api_id: string
  readonly name: string
  readonly user_id: string | null
  readonly organization_id: string | null
  readonly prefix: string | null
  readonly suffix: string | null
  readonly scopes: string[]
  readonly status: ApiKey['status']
  readonly enabled: boolean
  readonly expires_at: string | null
  readonly previous_ends_at: string | null
  readonly ip_allow_list: string[] | null
  readonly rate_limit_per_minute: number | null
  readonly credits: number | null
  readonly credits_refill_amount: number | null
  readonly credits_refill_interval: string | null
  readonly credits_refill_at: string | null
  readonly metadata: Record<string, unknown>
  readonly created_by: string | null
  readonly verification_count: number
  readonly last_verified_at: string | null
  readonly last_verified_ip: string | null
  readonly revoked_at: string | null
  readonly revocation_reason: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** Credits are filled up by whoever spends some; until then what there will be is shown as what there is. */
const columns = sql`
  k.id, k.api_id, k.name, k.user_id, k.organization_id, k.prefix, k.suffix, k.scopes, api_key_status(k) as status,
  k.enabled, k.expires_at, case when k.previous_ends_at > instant() then k.previous_ends_at end as previous_ends_at,
  k.ip_allow_list, k.rate_limit_per_minute,
  case when k.credits_refill_at <= instant() then greatest(k.credits, k.credits_refill_amount) else k.credits end
    as credits,
  k.credits_refill_amount, k.credits_refill_interval,
  case when k.credits_refill_at <= instant() then next_refill(k.credits_refill_at, k.credits_refill_interval)
    else k.credits_refill_at end as credits_refill_at,
  k.metadata, k.created_by, k.verification_count, k.last_verified_at, k.last_verified_ip, k.revoked_at,
  k.revocation_reason, k.created_at, k.updated_at`

/** A key that is to be kept. */
export interface NewKey {
  readonly id: string
  readonly apiId: string
  readonly userId: string | null
  readonly organizationId: string | null
  readonly createdBy: string | null
  readonly secret: KeptSecret
  readonly terms: Terms
}

/** Keeps new keys, but for those that the environment has already; answers the ones that are new. */
export function insertKeys(tx: Transaction, keys: readonly NewKey[]): Promise<KeyRow[]> {
  const rows = keys.map(({ secret, terms, ...key }) => ({
    ...key,
    ...secret,
    ...terms,
    hash: secret.hash.toString('hex'),
    refillAmount: terms.creditRefill?.amount,
    refillInterval: terms.creditRefill?.interval,
  }))
  // In the order of the hashes, so that two imports of the same keys do not lock each other; of two in one, the first is kept.
  return tx.many(query<KeyRow>`
    insert into api_keys as k
      (environment_id, id, api_id, name, user_id, organization_id, prefix, suffix, hash, scopes, enabled, expires_at,
       ip_allow_list, rate_limit_per_minute, credits, credits_refill_amount, credits_refill_interval,
       credits_refill_at, metadata, created_by)
    select ${tx.environmentId}, n.id, n."apiId", n.name, n."userId", n."organizationId", n.prefix, n.suffix,
      decode(n.hash, 'hex'), n.scopes, n.enabled, n."expiresAt", n."ipAllowList", n."rateLimitPerMinute", n.credits,
      n."refillAmount", n."refillInterval", instant() + ('1 ' || n."refillInterval")::interval, n.metadata,
      n."createdBy"
    from json_to_recordset(${JSON.stringify(rows)}::json) as n (
      id uuid, "apiId" uuid, name text, "userId" uuid, "organizationId" uuid, prefix text, suffix text, hash text,
      scopes text[], enabled boolean, "expiresAt" timestamptz, "ipAllowList" text[], "rateLimitPerMinute" integer,
      credits bigint, "refillAmount" bigint, "refillInterval" text, metadata jsonb, "createdBy" text)
    where not exists (
      select from api_keys p where p.environment_id = ${tx.environmentId}
        and p.previous_hash = decode(n.hash, 'hex') and p.previous_ends_at > instant())
    order by n.hash, n.id
    on conflict (hash, environment_id) do nothing
    returning ${columns}`)
}

export interface KeyFilter {
  readonly apiId?: string
  readonly userId?: string
  readonly organizationId?: string
  readonly owner?: 'user' | 'organization' | 'environment'
  readonly status?: string
  readonly search?: string
}

const ownedBy = {
  user: sql`k.user_id is not null`,
  organization: sql`k.user_id is null and k.organization_id is not null`,
  environment: sql`k.user_id is null and k.organization_id is null`,
}

export function listKeys(read: Queries, filter: KeyFilter, request: PageRequest) {
  const { apiId, userId, organizationId, owner, status, search = '' } = filter
  return listPage<KeyRow>(read, request, {
    columns,
    from: sql`api_keys k`,
    where: [
      sql`k.environment_id = ${read.environmentId}`,
      apiId !== undefined && sql`k.api_id = ${apiId}`,
      userId !== undefined && sql`k.user_id = ${userId}`,
      organizationId !== undefined && sql`k.organization_id = ${organizationId}`,
      owner !== undefined && ownedBy[owner],
      status !== undefined && sql`api_key_status(k) = ${status}`,
      search !== '' && sql`(strpos(lower(k.name), lower(${search})) > 0 or starts_with(k.prefix, ${search}))`,
    ],
    order: ['k.created_at', 'k.id'],
    counted: Object.keys(filter).length === 0 ? countOf(read.environmentId, 'api_keys') : undefined,
  })
}

export function findKey(queries: Queries, id: string): Promise<KeyRow | undefined> {
  return queries.first(query<KeyRow>`
    select ${columns} from api_keys k where k.environment_id = ${queries.environmentId} and k.id = ${id}`)
}

/** Finds a key and keeps others from changing it until the transaction ends. */
export function lockKey(tx: Transaction, id: string): Promise<KeyRow | undefined> {
  return tx.first(query<KeyRow>`
    select ${columns} from api_keys k where k.environment_id = ${tx.environmentId} and k.id = ${id} for update`)
}

/** Keys of a person or an organization that work, of those that no other owner shares. */
export async function countActiveKeys(
  tx: Transaction,
  { userId, organizationId }: { readonly userId: string | null; readonly organizationId: string | null },
): Promise<number> {
  const { n } = await tx.one(query<{ n: number }>`
    select count(*) as n from api_keys k
    where k.environment_id = ${tx.environmentId} and k.user_id is not distinct from ${userId}::uuid
      and k.organization_id is not distinct from ${organizationId}::uuid and api_key_status(k) = 'active'`)
  return n
}

/** All keys of a user that work, for whichever organization. */
export async function countActiveKeysOfUser(tx: Transaction, userId: string): Promise<number> {
  const { n } = await tx.one(query<{ n: number }>`
    select count(*) as n from api_keys k
    where k.environment_id = ${tx.environmentId} and k.user_id = ${userId} and api_key_status(k) = 'active'`)
  return n
}

/** Changes the terms; the next refill is an interval ahead where there was none, or one of another interval. */
export function updateTerms(tx: Transaction, key: KeyRow, terms: Terms): Promise<KeyRow> {
  const { amount = null, interval = null } = terms.creditRefill ?? {}
  return tx.one(query<KeyRow>`
    update api_keys k set
      name = ${terms.name}, scopes = ${terms.scopes}, enabled = ${terms.enabled}, expires_at = ${terms.expiresAt},
      ip_allow_list = ${terms.ipAllowList}, rate_limit_per_minute = ${terms.rateLimitPerMinute},
      credits = ${terms.credits}, credits_refill_amount = ${amount}, credits_refill_interval = ${interval},
      credits_refill_at = case when ${interval}::text is not distinct from k.credits_refill_interval
        then ${key.credits_refill_at}::timestamptz else instant() + ('1 ' || ${interval}::text)::interval end,
      metadata = ${JSON.stringify(terms.metadata)}::jsonb, updated_at = instant()
    where k.environment_id = ${tx.environmentId} and k.id = ${key.id}
    returning ${columns}`)
}

/** Gives a key another secret; the one it has goes on working for as long as it is said to. */
export function replaceSecret(
  tx: Transaction,
  id: string,
  { secret, overlapSeconds }: { readonly secret: KeptSecret; readonly overlapSeconds: number },
): Promise<KeyRow> {
  return tx.one(query<KeyRow>`
    update api_keys k set
      previous_hash = case when ${overlapSeconds}::integer > 0 then k.hash end,
      previous_ends_at = case when ${overlapSeconds}::integer > 0
        then instant() + ${overlapSeconds}::integer * interval '1 second' end,
      hash = ${secret.hash}, prefix = ${secret.prefix}, suffix = ${secret.suffix}, updated_at = instant()
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
    returning ${columns}`)
}

export function revokeKey(
  tx: Transaction,
  id: string,
  { by, reason }: { readonly by: string | null; readonly reason: string | null },
): Promise<KeyRow> {
  return tx.one(query<KeyRow>`
    update api_keys k set
      revoked_at = instant(), revoked_by = ${by}, revocation_reason = ${reason}, updated_at = instant()
    where k.environment_id = ${tx.environmentId} and k.id = ${id}
    returning ${columns}`)
}

export async function deleteKey(tx: Transaction, id: string): Promise<void> {
  await tx.run(query`delete from api_keys where environment_id = ${tx.environmentId} and id = ${id}`)
}

export interface Owner {
  readonly userId: string | null
  readonly organizationId: string | null
}

/** Those of the users, the organizations and the members among these that there are, who stay until the end as well. */
export async function holdOwners(tx: Transaction, owners: readonly Owner[]) {
  const userIds = owners.flatMap(({ userId }) => userId ?? [])
  const organizationIds = owners.flatMap(({ organizationId }) => organizationId ?? [])
  const users = await tx.many(query<{ id: string }>`
    select id from users where environment_id = ${tx.environmentId} and id = any(${userIds})
    order by id for key share`)
  const organizations = await tx.many(query<{ id: string }>`
    select id from organizations where environment_id = ${tx.environmentId} and id = any(${organizationIds})
    order by id for key share`)
  const members = await tx.many(query<{ user_id: string; organization_id: string }>`
    select user_id, organization_id from memberships
    where environment_id = ${tx.environmentId} and user_id = any(${userIds})
      and organization_id = any(${organizationIds})
    order by organization_id, user_id for key share`)
  return {
    users: new Set(users.map(({ id }) => id)),
    organizations: new Set(organizations.map(({ id }) => id)),
    isMember: (userId: string, organizationId: string) =>
      members.some((each) => each.user_id === userId && each.organization_id === organizationId),
  }
}

/** Verifications by the hour, newest first: of hours that are over, and of the one that is being counted. */
export function listUsage(
  read: Queries,
  id: string,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<{ hour: string; verifications: number }[]> {
  return read.many(query<{ hour: string; verifications: number }>`
    select hour, sum(verifications)::bigint as verifications
    from (
      select hour, verifications from api_key_usage
      where environment_id = ${read.environmentId} and api_key_id = ${id}
      union all
      select usage_hour, verification_count - usage_base from api_keys
      where environment_id = ${read.environmentId} and id = ${id} and verification_count > usage_base
    ) as counted
    where hour >= date_trunc('hour', ${from}::timestamptz, 'UTC') and hour < ${until}::timestamptz
    group by hour order by hour desc`)
}
