import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { SignedPasskey, VerifiedPasskey } from './passkey.js'

export interface PasskeyRow {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly aaguid: string
  readonly device_type: string
  readonly backed_up: boolean
  readonly transports: readonly string[]
  readonly created_at: string
  readonly last_used_at: string | null
}

const columns = sql.raw(
  'id, user_id, name, aaguid, device_type, backed_up, transports, created_at, last_used_at',
)

/** Keeps the hash of a challenge, for a user who registers or, without one, for a sign-in. */
export async function insertChallenge(
  queries: Queries,
  challenge: { hash: Buffer; userId: string | null; lifetimeSeconds: number },
): Promise<void> {
  await queries.run(query`
    insert into passkey_challenges (environment_id, challenge_hash, user_id, expires_at)
    values (${queries.environmentId}, ${challenge.hash}, ${challenge.userId},
            instant() + ${challenge.lifetimeSeconds} * interval '1 second')`)
}

/** Uses a challenge up; whether it was good. Of several who try at once, one deletes the row. */
export async function takeChallenge(tx: Transaction, hash: Buffer, userId: string | null): Promise<boolean> {
  const taken = await tx.first(query<{ good: boolean }>`
    delete from passkey_challenges where environment_id = ${tx.environmentId} and challenge_hash = ${hash}
    returning expires_at > instant() and user_id is not distinct from ${userId}::uuid as good`)
  return taken?.good === true
}

export async function sweepChallenges(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_passkey_challenges()', []))
}

/** What a browser needs to recognise the passkeys that a user has. */
export function findCredentialsOf(queries: Queries, userId: string) {
  return queries.many(query<{ credential_id: Buffer; transports: string[] }>`
    select credential_id, transports from passkeys
    where environment_id = ${queries.environmentId} and user_id = ${userId}`)
}

export interface CredentialRow extends PasskeyRow {
  readonly public_key: Buffer
}

export function findByCredential(queries: Queries, credentialId: Buffer): Promise<CredentialRow | undefined> {
  return queries.first(query<CredentialRow>`
    select ${columns}, public_key from passkeys
    where environment_id = ${queries.environmentId} and credential_id = ${credentialId}`)
}

/** Inserts a passkey; undefined if somebody has registered its credential before. */
export function insertPasskey(
  tx: Transaction,
  passkey: VerifiedPasskey & { id: string; userId: string; name: string },
): Promise<PasskeyRow | undefined> {
  const { id, userId, name, credentialId, publicKey, signCount, transports, aaguid, deviceType, backedUp } =
    passkey
  return tx.first(query<PasskeyRow>`
    insert into passkeys (environment_id, id, user_id, name, credential_id, public_key, sign_count, transports,
                          aaguid, device_type, backed_up)
    values (${tx.environmentId}, ${id}, ${userId}, ${name}, ${credentialId}, ${publicKey}, ${signCount},
            ${transports}, ${aaguid}, ${deviceType}, ${backedUp})
    on conflict (environment_id, credential_id) do nothing
    returning ${columns}`)
}

/** Writes down a use, unless the authenticator counts no further than before; whether it was written. */
export async function usePasskey(tx: Transaction, id: string, used: SignedPasskey): Promise<boolean> {
  const written = await tx.run(query`
    update passkeys set sign_count = ${used.signCount}, backed_up = ${used.backedUp}, last_used_at = instant()
    where environment_id = ${tx.environmentId} and id = ${id}
      and (sign_count < ${used.signCount} or (sign_count = 0 and ${used.signCount} = 0))`)
  return written > 0
}

export function findPasskey(queries: Queries, id: string) {
  return queries.first(query<PasskeyRow & { sign_count: string }>`
    select ${columns}, sign_count from passkeys where environment_id = ${queries.environmentId} and id = ${id}`)
}

export function listPasskeys(queries: Queries, userId: string, request: PageRequest) {
  return listPage<PasskeyRow>(queries, request, {
    columns,
    from: sql`passkeys`,
    where: [sql`environment_id = ${queries.environmentId}`, sql`user_id = ${userId}`],
  })
}

export function renamePasskey(tx: Transaction, userId: string, id: string, name: string) {
  return tx.first(query<PasskeyRow>`
    update passkeys set name = ${name}
    where environment_id = ${tx.environmentId} and user_id = ${userId} and id = ${id}
    returning ${columns}`)
}

export function deletePasskey(tx: Transaction, userId: string, id: string): Promise<PasskeyRow | undefined> {
  return tx.first(query<PasskeyRow>`
    delete from passkeys where environment_id = ${tx.environmentId} and user_id = ${userId} and id = ${id}
    returning ${columns}`)
}

export function deletePasskeysOf(tx: Transaction, userId: string): Promise<PasskeyRow[]> {
  return tx.many(query<PasskeyRow>`
    delete from passkeys where environment_id = ${tx.environmentId} and user_id = ${userId}
    returning ${columns}`)
}
