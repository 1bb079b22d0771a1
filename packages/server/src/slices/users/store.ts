import { adminRoles, errors, userRoleDefault } from '@claviger/contract'
import { fail } from '#kernel/failure'
import { parseId } from '#kernel/ids'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { all, build, countOf, olderThan, query, sql } from '#platform/db/build'
import { violatedConstraint } from '#platform/db/database-error'
import { jsonRows } from '#platform/db/json-rows'
import { limited } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { MetadataBuckets } from './user.js'

export interface EmailRow {
  readonly email: string
  readonly isPrimary: boolean
  readonly isVerified: boolean
}

export interface UserRow {
  readonly id: string
  readonly username: string | null
  readonly phone_number: string | null
  readonly external_id: string | null
  readonly role: string
  readonly is_banned: boolean
  readonly ban_reason: string | null
  readonly ban_expires_at: string | null
  readonly public_metadata: Record<string, unknown>
  readonly private_metadata: Record<string, unknown>
  readonly unsafe_metadata: Record<string, unknown>
  readonly created_at: string
  readonly updated_at: string
  readonly emails: readonly EmailRow[]
}

/** A ban that has expired is none. */
const isBanned = '(u.banned_at is not null and (u.ban_expires_at is null or u.ban_expires_at > instant()))'

/** A user with one of its addresses: a user has as many of these rows as addresses, or one without. */
interface JoinedRow extends Omit<UserRow, 'emails'> {
  readonly email: string | null
  readonly is_primary: boolean | null
  readonly is_verified: boolean | null
  readonly added_at: string | null
}

const columns: Record<keyof JoinedRow, string> = {
  id: 'u.id',
  username: 'u.username',
  phone_number: 'u.phone_number',
  external_id: 'u.external_id',
  role: 'u.role',
  is_banned: isBanned,
  ban_reason: 'u.ban_reason',
  ban_expires_at: 'u.ban_expires_at',
  public_metadata: 'u.public_metadata',
  private_metadata: 'u.private_metadata',
  unsafe_metadata: 'u.unsafe_metadata',
  created_at: 'u.created_at',
  updated_at: 'u.updated_at',
  email: 'm.email',
  is_primary: 'm.is_primary',
  is_verified: 'm.verified_at is not null',
  // Only where there is something to sort by it.
  added_at: 'case when not m.is_primary then m.created_at end',
}
const selected = Object.entries(columns)
  .map(([name, expression]) => `${expression} as ${name}`)
  .join(', ')
const columnNames = Object.keys(columns) as (keyof JoinedRow)[]
const withEmails = 'left join user_emails m on m.environment_id = u.environment_id and m.user_id = u.id'

/** Puts the addresses of a user, which stand in rows one after the other, into its first row: primary first. */
function usersOf(joined: readonly JoinedRow[]): UserRow[] {
  const users: (JoinedRow & { emails: AddedEmail[] })[] = []
  for (const row of joined) {
    let last = users.at(-1)
    if (last?.id !== row.id) {
      last = Object.assign(row, { emails: [] })
      users.push(last)
    }
    const { email, is_primary, is_verified, added_at } = row
    if (email === null) continue
    last.emails.push({ email, isPrimary: is_primary === true, isVerified: is_verified === true, added_at })
  }
  // Sorted here, where nearly every user has one: in the statement it would cost each list a second sort.
  for (const { emails } of users) if (emails.length > 1) emails.sort(primaryFirst)
  return users
}

interface AddedEmail extends EmailRow {
  readonly added_at: string | null
}

/** The primary address, of which nobody asks how old it is, and then the oldest. */
function primaryFirst(a: AddedEmail, b: AddedEmail): number {
  if (a.isPrimary || b.isPrimary) return a.isPrimary ? -1 : 1
  const [older, newer] = [`${a.added_at} ${a.email}`, `${b.added_at} ${b.email}`]
  return older < newer ? -1 : 1
}

const selectUser = `
  select ${selected} from users u ${withEmails}
  where u.environment_id = $1 and u.id = $2`

export async function findUser(queries: Queries, id: string): Promise<UserRow | undefined> {
  const [user] = usersOf(await queries.many(statement<JoinedRow>(selectUser, [queries.environmentId, id])))
  return user
}

/** Finds a user and keeps others from changing it until the transaction ends. */
export async function lockUser(tx: Transaction, id: string): Promise<UserRow | undefined> {
  const [user] = usersOf(
    await tx.many(statement<JoinedRow>(`${selectUser} for update of u`, [tx.environmentId, id])),
  )
  return user
}

const selectUsers = `
  select ${selected} from users u ${withEmails}
  where u.environment_id = $1 and u.id = any($2) order by u.id`

/** Finds many users at once, in no order that means anything. */
export async function findUsers(queries: Queries, ids: readonly string[]): Promise<UserRow[]> {
  return usersOf(await queries.many(statement<JoinedRow>(selectUsers, [queries.environmentId, ids])))
}

/** As `lockUser`, of many; in the order of their ids, so that two who do this do not wait for each other. */
export async function lockUsers(tx: Transaction, ids: readonly string[]): Promise<UserRow[]> {
  const locking = `${selectUsers} for update of u`
  return usersOf(await tx.many(statement<JoinedRow>(locking, [tx.environmentId, ids])))
}

export interface UserFilter {
  readonly email?: string
  readonly username?: string
  readonly externalId?: string
  readonly phoneNumber?: string
  readonly isBanned?: boolean
  readonly role?: string
  readonly excludeAdmins?: boolean
  readonly search?: string
}

export async function listUsers(read: Queries, filter: UserFilter, request: PageRequest) {
  const { environmentId } = read
  const asked = [
    filter.email !== undefined &&
      sql`u.id in (select m.user_id from user_emails m
                   where m.environment_id = ${environmentId} and m.email_key = lower(${filter.email}))`,
    filter.username !== undefined && sql`u.username_key = lower(${filter.username})`,
    filter.externalId !== undefined && sql`u.external_id = ${filter.externalId}`,
    filter.phoneNumber !== undefined && sql`u.phone_number = ${filter.phoneNumber}`,
    filter.isBanned === true && sql`u.banned_at is not null and ${sql.raw(isBanned)}`,
    filter.isBanned === false && sql`not ${sql.raw(isBanned)}`,
    // Said anew where it follows, for those roles that an index is kept of.
    filter.role !== undefined &&
      sql`u.role = ${filter.role} and ${filter.role === userRoleDefault ? sql`true` : sql`u.role <> 'user'`}`,
    filter.excludeAdmins === true && sql`u.role <> all(${adminRoles}::text[])`,
    filter.search !== undefined && sql`u.id in (select search_users(${filter.search}))`,
  ]
  const conditions = all(sql`u.environment_id = ${environmentId}`, ...asked)
  const isFiltered = asked.some((condition) => condition !== false)
  const ordered = sql`
    from users u where ${conditions} and ${olderThan(request.after, 'u.created_at', 'u.id')}
    order by u.created_at desc, u.id desc`
  // Rows that an offset skips are skipped in the index, without reading them.
  const page =
    request.offset === 0
      ? sql`(${limited(sql`select u.* ${ordered}`, request, !isFiltered)}) u`
      : sql`(${limited(sql`select u.environment_id, u.id ${ordered}`, request, !isFiltered)}) page
            join users u on u.environment_id = page.environment_id and u.id = page.id`
  const { rows: joined, total } = await jsonRows<JoinedRow>(
    read,
    sql`select ${sql.raw(selected)} from ${page} ${sql.raw(withEmails)}
        order by u.created_at desc, u.id desc`,
    isFiltered ? sql`(select count(*) from users u where ${conditions})` : countOf(environmentId, 'users'),
    columnNames,
  )
  return { rows: usersOf(joined), total }
}

export interface NewUser extends MetadataBuckets {
  readonly id: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly passwordHash?: string
  readonly username?: string | null
  readonly externalId?: string | null
  readonly phoneNumber?: string | null
  readonly role?: string
}

/** Inserts a user with its address and password. The unique indexes decide, not an earlier read. */
export async function insertUser(tx: Transaction, user: NewUser): Promise<UserRow> {
  const environment_id = tx.environmentId
  try {
    // Queued together: a new user costs one round trip, whatever comes with it.
    await Promise.all([
      tx.run(
        build.insertInto('users').values({
          environment_id,
          id: user.id,
          username: user.username ?? null,
          external_id: user.externalId ?? null,
          phone_number: user.phoneNumber ?? null,
          ...(user.role !== undefined && { role: user.role }),
          public_metadata: JSON.stringify(user.publicMetadata ?? {}),
          private_metadata: JSON.stringify(user.privateMetadata ?? {}),
          unsafe_metadata: JSON.stringify(user.unsafeMetadata ?? {}),
        }),
      ),
      user.email !== undefined &&
        tx.run(query`
          insert into user_emails (environment_id, user_id, email, is_primary, verified_at)
          values (${environment_id}, ${user.id}, ${user.email}, true,
                  case when ${user.emailVerified ?? false} then instant() end)`),
      user.passwordHash !== undefined &&
        tx.run(
          build
            .insertInto('user_passwords')
            .values({ environment_id, user_id: user.id, hash: user.passwordHash }),
        ),
    ])
  } catch (error) {
    throw taken(error, user)
  }
  return (await findUser(tx, user.id)) as UserRow
}

export interface UserChanges extends MetadataBuckets {
  readonly username?: string | null
  readonly phoneNumber?: string | null
  readonly externalId?: string | null
  readonly role?: string
}

/** Changes the fields that are named; a named bucket is replaced as a whole. */
export async function updateUser(tx: Transaction, id: string, changes: UserChanges): Promise<UserRow> {
  const { username, phoneNumber, externalId, role, publicMetadata, privateMetadata, unsafeMetadata } = changes
  try {
    await tx.run(
      build
        .updateTable('users')
        .set({
          updated_at: sql`instant()`,
          ...(username !== undefined && { username }),
          ...(phoneNumber !== undefined && { phone_number: phoneNumber }),
          ...(externalId !== undefined && { external_id: externalId }),
          ...(role !== undefined && { role }),
          ...(publicMetadata && { public_metadata: JSON.stringify(publicMetadata) }),
          ...(privateMetadata && { private_metadata: JSON.stringify(privateMetadata) }),
          ...(unsafeMetadata && { unsafe_metadata: JSON.stringify(unsafeMetadata) }),
        })
        .where('environment_id', '=', tx.environmentId)
        .where('id', '=', id),
    )
  } catch (error) {
    throw taken(error, changes)
  }
  return (await findUser(tx, id)) as UserRow
}

/** Puts an address in the place of the primary one. It may be one that the user has beside it. */
export async function setPrimaryEmail(
  tx: Transaction,
  user: UserRow,
  email: string,
  isVerified = false,
): Promise<void> {
  const same = user.emails.find((known) => known.email.toLowerCase() === email.toLowerCase())
  await Promise.all([
    tx.run(query`
      delete from user_emails where environment_id = ${tx.environmentId} and user_id = ${user.id}
        and (is_primary or email_key = lower(${email}))`),
    tx.run(query`
      insert into user_emails (environment_id, user_id, email, is_primary, verified_at)
      values (${tx.environmentId}, ${user.id}, ${email}, true,
              case when ${isVerified || same?.isVerified === true} then instant() end)`),
  ])
}

/** Which of its unique names somebody else has. */
export function taken(
  error: unknown,
  names: {
    email?: string
    username?: string | null
    externalId?: string | null
    phoneNumber?: string | null
  },
) {
  switch (violatedConstraint(error)) {
    case 'user_emails_email':
      return fail(errors.email_taken, { email: names.email ?? '' })
    case 'users_username':
      return fail(errors.username_taken, { username: names.username ?? '' })
    case 'users_phone_number':
      return fail(errors.phone_number_taken, { phoneNumber: names.phoneNumber ?? '' })
    case 'users_external_id':
      return fail(errors.external_id_taken, { externalId: names.externalId ?? '' })
    default:
      return error
  }
}

export interface Ban {
  readonly reason: string | null
  readonly expiresAt: string | null
}

/** Bans a user, or changes the ban in force; the time of a ban in force stays. */
export async function setBan(tx: Transaction, id: string, ban: Ban | null): Promise<UserRow> {
  await tx.run(query`
    update users u set
      banned_at = case when ${ban === null} then null when ${sql.raw(isBanned)} then u.banned_at else instant() end,
      ban_reason = ${ban?.reason ?? null}, ban_expires_at = ${ban?.expiresAt ?? null}::timestamptz,
      updated_at = instant()
    where u.environment_id = ${tx.environmentId} and u.id = ${id}`)
  return (await findUser(tx, id)) as UserRow
}

/** Deletes a user; whether there was one. What belongs to it goes by foreign keys. */
export async function deleteUser(tx: Transaction, id: string): Promise<boolean> {
  const deleted = await tx.run(
    build.deleteFrom('users').where('environment_id', '=', tx.environmentId).where('id', '=', id),
  )
  return deleted > 0
}

export interface CredentialsRow {
  readonly id: string
  readonly is_banned: boolean
  readonly hash: string | null
}

/** Finds whom an address belongs to, with what is needed to check a password. */
export function findCredentials(queries: Queries, email: string): Promise<CredentialsRow | undefined> {
  return queries.first(query<CredentialsRow>`
    select u.id, ${sql.raw(isBanned)} as is_banned, p.hash
    from user_emails m
    join users u on u.environment_id = m.environment_id and u.id = m.user_id
    left join user_passwords p on p.environment_id = m.environment_id and p.user_id = m.user_id
    where m.environment_id = ${queries.environmentId} and m.email_key = lower(${email})`)
}

/** Finds whom a phone number belongs to. */
export function findByPhoneNumber(queries: Queries, phoneNumber: string) {
  return queries.first(query<{ id: string; is_banned: boolean }>`
    select u.id, ${sql.raw(isBanned)} as is_banned from users u
    where u.environment_id = ${queries.environmentId} and u.phone_number = ${phoneNumber}`)
}

export async function findPasswordHash(queries: Queries, userId: string): Promise<string | undefined> {
  const row = await queries.first(
    build
      .selectFrom('user_passwords')
      .select('hash')
      .where('environment_id', '=', queries.environmentId)
      .where('user_id', '=', userId),
  )
  return row?.hash
}

/** Replaces a hash that is still there; whether it was. */
export async function replacePasswordHash(
  tx: Transaction,
  userId: string,
  from: string,
  to: string,
): Promise<boolean> {
  const replaced = await tx.run(query`
    update user_passwords set hash = ${to}, updated_at = instant()
    where environment_id = ${tx.environmentId} and user_id = ${userId} and hash = ${from}`)
  return replaced > 0
}

/** Gives a user a password, in place of the one it has. */
export async function setPasswordHash(tx: Transaction, userId: string, hash: string): Promise<void> {
  await tx.run(query`
    insert into user_passwords (environment_id, user_id, hash) values (${tx.environmentId}, ${userId}, ${hash})
    on conflict (environment_id, user_id) do update set hash = excluded.hash, updated_at = instant()`)
}

/** Takes the password of a user away, if it has one. */
export async function deletePassword(tx: Transaction, userId: string): Promise<void> {
  await tx.run(
    build
      .deleteFrom('user_passwords')
      .where('environment_id', '=', tx.environmentId)
      .where('user_id', '=', userId),
  )
}

/** Marks an address as verified: whether it was not before, or undefined if the user does not have it. */
export async function markEmailVerified(
  tx: Transaction,
  userId: string,
  email: string,
): Promise<boolean | undefined> {
  const found = await tx.first(query<{ verified: boolean }>`
    select verified_at is not null as verified from user_emails
    where environment_id = ${tx.environmentId} and user_id = ${userId} and email_key = lower(${email})
    for update`)
  if (!found || found.verified) return found && false
  await tx.run(query`
    update user_emails set verified_at = instant()
    where environment_id = ${tx.environmentId} and user_id = ${userId} and email_key = lower(${email})`)
  return true
}

/** The canonical id of a user of this environment, if a text is the id of one. */
export async function existingUserId(queries: Queries, text: string): Promise<string | undefined> {
  const id = parseId(text)
  if (!id) return undefined
  const row = await queries.first(
    build
      .selectFrom('users')
      .select('id')
      .where('environment_id', '=', queries.environmentId)
      .where('id', '=', id),
  )
  return row?.id
}
