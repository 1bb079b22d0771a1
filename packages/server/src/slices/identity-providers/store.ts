import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { query, sql } from '#platform/db/build'
import { violatedConstraint } from '#platform/db/database-error'
import { listPage } from '#platform/db/list-page'

export interface ProviderRow {
  readonly id: string
  readonly key: string
  readonly type: 'oidc' | 'github'
  readonly name: string
  readonly issuer: string
  readonly client_id: string
  readonly client_secret_sealed: Buffer
  readonly scopes: readonly string[]
  readonly enabled: boolean
  readonly allow_sign_up: boolean
  readonly created_at: string
  readonly updated_at: string
}

export interface IdentityRow {
  readonly id: string
  readonly user_id: string
  readonly provider_id: string
  readonly provider_key: string
  readonly subject: string
  readonly email: string | null
  readonly created_at: string
}

/** What a list shows; the secret is read only where it is used. */
const shown = sql`
  p.id, p.key, p.type, p.name, p.issuer, p.client_id, p.scopes, p.enabled, p.allow_sign_up, p.created_at, p.updated_at`
const identityColumns = sql`
  i.id, i.user_id, i.provider_id, p.key as provider_key, i.subject, i.email, i.created_at`
const withProvider = sql`
  user_identities i join identity_providers p on p.environment_id = i.environment_id and p.id = i.provider_id`

export function findProvider(queries: Queries, id: string) {
  return queries.first(query<ProviderRow>`
    select ${shown}, p.client_secret_sealed from identity_providers p
    where p.environment_id = ${queries.environmentId} and p.id = ${id}`)
}

export function findProviderByKey(queries: Queries, key: string) {
  return queries.first(query<ProviderRow>`
    select ${shown}, p.client_secret_sealed from identity_providers p
    where p.environment_id = ${queries.environmentId} and p.key = ${key}`)
}

export function listProviders(read: Queries, request: PageRequest) {
  return listPage<Omit<ProviderRow, 'client_secret_sealed'>>(read, request, {
    columns: shown,
    from: sql`identity_providers p`,
    where: [sql`p.environment_id = ${read.environmentId}`],
    order: ['p.created_at', 'p.id'],
  })
}

export interface NewProvider {
  readonly id: string
  readonly key: string
  readonly type: 'oidc' | 'github'
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecretSealed: Buffer
  readonly scopes: readonly string[]
  readonly enabled: boolean
  readonly allowSignUp: boolean
}

export async function insertProvider(tx: Transaction, provider: NewProvider): Promise<ProviderRow> {
  const { id, key, type, name, issuer, clientId, clientSecretSealed, scopes, enabled, allowSignUp } = provider
  try {
    await tx.run(query`
      insert into identity_providers (environment_id, id, key, type, name, issuer, client_id,
                                      client_secret_sealed, scopes, enabled, allow_sign_up)
      values (${tx.environmentId}, ${id}, ${key}, ${type}, ${name}, ${issuer}, ${clientId},
              ${clientSecretSealed}, ${scopes}, ${enabled}, ${allowSignUp})`)
  } catch (error) {
    const isTaken = violatedConstraint(error) === 'identity_providers_key'
    throw isTaken ? fail(errors.identity_provider_key_taken, { key }) : error
  }
  return (await findProvider(tx, id)) as ProviderRow
}

export interface ProviderChanges {
  readonly name?: string
  readonly clientId?: string
  readonly clientSecretSealed?: Buffer
  readonly scopes?: readonly string[]
  readonly enabled?: boolean
  readonly allowSignUp?: boolean
}

/** Changes what is named; undefined if there is no such provider. */
export async function updateProvider(
  tx: Transaction,
  id: string,
  { name, clientId, clientSecretSealed, scopes, enabled, allowSignUp }: ProviderChanges,
): Promise<ProviderRow | undefined> {
  await tx.run(query`
    update identity_providers set
      name = coalesce(${name ?? null}, name),
      client_id = coalesce(${clientId ?? null}, client_id),
      client_secret_sealed = coalesce(${clientSecretSealed ?? null}, client_secret_sealed),
      scopes = coalesce(${scopes ?? null}::text[], scopes),
      enabled = coalesce(${enabled ?? null}, enabled),
      allow_sign_up = coalesce(${allowSignUp ?? null}, allow_sign_up),
      updated_at = instant()
    where environment_id = ${tx.environmentId} and id = ${id}`)
  return findProvider(tx, id)
}

/** Deletes a provider; its identities go by foreign key. */
export async function deleteProvider(tx: Transaction, id: string): Promise<ProviderRow | undefined> {
  const row = await findProvider(tx, id)
  const deleted = await tx.run(query`
    delete from identity_providers where environment_id = ${tx.environmentId} and id = ${id}`)
  return deleted > 0 ? row : undefined
}

/** Makes those who come with the same account at once come one after the other. */
export async function lockSubject(tx: Transaction, providerId: string, subject: string): Promise<void> {
  const name = `identity/${tx.environmentId}/${providerId}/${subject}`
  await tx.run(query`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}

export function findIdentity(queries: Queries, providerId: string, subject: string) {
  return queries.first(query<IdentityRow>`
    select ${identityColumns} from ${withProvider}
    where i.environment_id = ${queries.environmentId} and i.provider_id = ${providerId}
      and i.subject = ${subject}`)
}

export function listIdentities(read: Queries, userId: string, request: PageRequest) {
  return listPage<IdentityRow>(read, request, {
    columns: identityColumns,
    from: withProvider,
    where: [sql`i.environment_id = ${read.environmentId}`, sql`i.user_id = ${userId}`],
    order: ['i.created_at', 'i.id'],
  })
}

/** Every identity of a user: few, and all of them count where one is given up. */
export function listIdentitiesOf(tx: Transaction, userId: string) {
  return tx.many(query<IdentityRow & { readonly enabled: boolean }>`
    select ${identityColumns}, p.enabled from ${withProvider}
    where i.environment_id = ${tx.environmentId} and i.user_id = ${userId}`)
}

export async function insertIdentity(
  tx: Transaction,
  identity: { id: string; providerId: string; subject: string; userId: string; email: string | null },
): Promise<IdentityRow> {
  const { id, providerId, subject, userId, email } = identity
  await tx.run(query`
    insert into user_identities (environment_id, id, provider_id, subject, user_id, email)
    values (${tx.environmentId}, ${id}, ${providerId}, ${subject}, ${userId}, ${email})`)
  return (await findIdentity(tx, providerId, subject)) as IdentityRow
}

export async function deleteIdentity(tx: Transaction, id: string): Promise<void> {
  await tx.run(query`delete from user_identities where environment_id = ${tx.environmentId} and id = ${id}`)
}

/** Notes that a state has come back, and forgets those that would not be taken any more; whether it is the first time. */
export async function useState(
  tx: Transaction,
  stateHash: Buffer,
  lifetimeSeconds: number,
): Promise<boolean> {
  await tx.run(query`
    delete from oauth_state_uses where environment_id = ${tx.environmentId} and expires_at < instant()`)
  const inserted = await tx.run(query`
    insert into oauth_state_uses (environment_id, state_hash, expires_at)
    values (${tx.environmentId}, ${stateHash}, instant() + ${lifetimeSeconds} * interval '1 second')
    on conflict do nothing`)
  return inserted > 0
}
