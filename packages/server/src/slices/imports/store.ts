import type { ImportedUser } from '@claviger/contract'
import type { Queries, Transaction } from '#kernel/queries'
import { query } from '#platform/db/build'
import { violatedConstraint } from '#platform/db/database-error'
import { lockUsers, setPrimaryEmail, type UserRow } from '#slices/users'
import type { Changes } from './changes.js'
import type { Known } from './plan.js'

interface NameOwnersRow {
  readonly email_key: string | null
  readonly email_owner: string | null
  readonly username_key: string | null
  readonly username_owner: string | null
}

/** Somebody took a name after it was seen free: the batch has to look again. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken'
}

/** Looks up everything about the users of a batch at once, and keeps those that are there from changing. */
export async function lookUp(tx: Transaction, users: readonly ImportedUser[]): Promise<Known[]> {
  // Plans of statements and of foreign keys that were made while the tables were small read all of them, once for
  // every user, until statistics are gathered again.
  await tx.run(query`select set_config('plan_cache_mode', 'force_custom_plan', true)`)
  const found = await findByExternalIds(tx, users)
  const [rows, owners, holders] = await Promise.all([
    lockUsers(
      tx,
      found.map(({ id }) => id),
    ),
    tx.many(query<NameOwnersRow>`
      select * from find_name_owners(
        ${users.map(({ email }) => email ?? null)}::text[], ${users.map(({ username }) => username ?? null)}::text[])`),
    tx.many(query<{ id: string; phone_number: string }>`
      select id, phone_number from users
      where environment_id = ${tx.environmentId}
        and phone_number = any(${users.map(({ phoneNumber }) => phoneNumber ?? null)}::text[])`),
  ])
  // Only now that they are locked, what is known of their passwords stays true.
  const hashes = new Map((await findByExternalIds(tx, users)).map(({ id, hash }) => [id, hash]))
  const byExternalId = new Map(rows.map((row) => [row.external_id, row]))
  const byPhoneNumber = new Map(holders.map((row) => [row.phone_number, row.id]))
  return users.map(({ externalId, phoneNumber }, i) => {
    const current = byExternalId.get(externalId)
    return {
      emailKey: owners[i]?.email_key ?? null,
      emailOwner: owners[i]?.email_owner ?? null,
      usernameKey: owners[i]?.username_key ?? null,
      usernameOwner: owners[i]?.username_owner ?? null,
      phoneNumberOwner: byPhoneNumber.get(phoneNumber ?? '') ?? null,
      current,
      hash: (current && hashes.get(current.id)) ?? null,
    }
  })
}

/** Those of the users that are there already, with the hashes of their passwords. */
export function findByExternalIds(queries: Queries, users: readonly ImportedUser[]) {
  return queries.many(query<{ id: string; external_id: string; hash: string | null }>`
    select u.id, u.external_id, p.hash from users u
    left join user_passwords p on p.environment_id = u.environment_id and p.user_id = u.id
    where u.environment_id = ${queries.environmentId}
      and u.external_id = any(${users.map(({ externalId }) => externalId)}::text[])`)
}

/** The hashes of those of the users who have a password. */
export function findPasswordHashes(queries: Queries, userIds: readonly string[]) {
  return queries.many(query<{ user_id: string; hash: string }>`
    select user_id, hash from user_passwords
    where environment_id = ${queries.environmentId} and user_id = any(${userIds}::uuid[])
    order by user_id`)
}

/** Inserts new users with their addresses and passwords, each kind in one statement. */
export async function insertUsers(
  tx: Transaction,
  users: readonly (ImportedUser & { readonly id: string })[],
): Promise<void> {
  if (users.length === 0) return
  const column = <T>(value: (user: ImportedUser & { readonly id: string }) => T) => users.map(value)
  const ids = column(({ id }) => id)
  await Promise.all([
    tx.run(query`
      insert into users (environment_id, id, external_id, username, phone_number, banned_at, ban_reason, public_metadata,
                         private_metadata, unsafe_metadata, created_at)
      select ${tx.environmentId}, r.id, r.external_id, r.username, r.phone_number, case when r.is_banned then instant() end,
             r.ban_reason, r.public, r.private, r.unsafe, coalesce(r.created_at, instant())
      from unnest(
        ${ids}::uuid[], ${column(({ externalId }) => externalId)}::text[],
        ${column(({ username }) => username ?? null)}::text[],
        ${column(({ phoneNumber }) => phoneNumber ?? null)}::text[],
        ${column(({ isBanned }) => isBanned ?? false)}::boolean[],
        ${column(({ isBanned, banReason }) => (isBanned ? (banReason ?? null) : null))}::text[],
        ${column(({ publicMetadata }) => JSON.stringify(publicMetadata ?? {}))}::jsonb[],
        ${column(({ privateMetadata }) => JSON.stringify(privateMetadata ?? {}))}::jsonb[],
        ${column(({ unsafeMetadata }) => JSON.stringify(unsafeMetadata ?? {}))}::jsonb[],
        ${column(({ createdAt }) => createdAt ?? null)}::timestamptz[]
      ) r (id, external_id, username, phone_number, is_banned, ban_reason, public, private, unsafe, created_at)`),
    tx.run(query`
      insert into user_emails (environment_id, user_id, email, is_primary, verified_at)
      select ${tx.environmentId}, r.id, r.email, true, case when r.is_verified then instant() end
      from unnest(${ids}::uuid[], ${column(({ email }) => email ?? null)}::text[],
                  ${column(({ emailVerified }) => emailVerified ?? false)}::boolean[]) r (id, email, is_verified)
      where r.email is not null`),
    setPasswords(
      tx,
      ids,
      column(({ passwordHash }) => passwordHash ?? null),
    ),
  ]).catch((error) => {
    throw meanwhile(error)
  })
}

/** Writes what differs of users that are there and locked. */
export async function updateUsers(
  tx: Transaction,
  updates: readonly { readonly current: UserRow; readonly user: ImportedUser; readonly changes: Changes }[],
): Promise<void> {
  if (updates.length === 0) return
  const ids = updates.map(({ current }) => current.id)
  const column = <T>(value: (update: { current: UserRow; changes: Changes }) => T) => updates.map(value)
  await Promise.all([
    tx.run(query`
      update users u set username = r.username, phone_number = r.phone_number, public_metadata = r.public, private_metadata = r.private,
        unsafe_metadata = r.unsafe, created_at = r.created_at, updated_at = instant()
      from unnest(
        ${ids}::uuid[],
        ${column(({ current, changes: { username } }) => (username === undefined ? current.username : username))}::text[],
        ${column(({ current, changes: { phoneNumber } }) => (phoneNumber === undefined ? current.phone_number : phoneNumber))}::text[],
        ${column(({ current, changes }) => JSON.stringify(changes.publicMetadata ?? current.public_metadata))}::jsonb[],
        ${column(({ current, changes }) => JSON.stringify(changes.privateMetadata ?? current.private_metadata))}::jsonb[],
        ${column(({ current, changes }) => JSON.stringify(changes.unsafeMetadata ?? current.unsafe_metadata))}::jsonb[],
        ${column(({ current, changes }) => changes.createdAt ?? current.created_at)}::timestamptz[]
      ) r (id, username, phone_number, public, private, unsafe, created_at)
      where u.environment_id = ${tx.environmentId} and u.id = r.id`),
    tx.run(query`
      update user_emails m set verified_at = instant()
      where m.environment_id = ${tx.environmentId} and m.is_primary and m.user_id = any(${updates
        .filter(({ changes }) => changes.verifies)
        .map(({ current }) => current.id)}::uuid[])`),
    setPasswords(
      tx,
      ids,
      column(({ changes }) => changes.passwordHash ?? null),
    ),
    ...updates.flatMap(({ current, user, changes }) =>
      changes.email === undefined ? [] : setPrimaryEmail(tx, current, changes.email, user.emailVerified),
    ),
  ]).catch((error) => {
    throw meanwhile(error)
  })
}

function setPasswords(tx: Transaction, ids: readonly string[], hashes: readonly (string | null)[]) {
  return tx.run(query`
    insert into user_passwords (environment_id, user_id, hash)
    select ${tx.environmentId}, r.id, r.hash from unnest(${ids}::uuid[], ${hashes}::text[]) r (id, hash)
    where r.hash is not null
    on conflict (environment_id, user_id) do update set hash = excluded.hash, updated_at = instant()`)
}

function meanwhile(error: unknown): unknown {
  return violatedConstraint(error) === undefined ? error : new NameTaken('A name was taken meanwhile.')
}
