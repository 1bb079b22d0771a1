import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'

export interface DeviceRow {
  readonly id: string
  readonly user_id: string
  readonly ip_address: string | null
  readonly user_agent: string | null
  readonly created_at: string
  readonly last_sign_in_at: string
}

/** What a device is recognised by, and where it was last seen. */
export interface Sighting {
  readonly userId: string
  readonly tokenHash: Buffer
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

const columns = sql.raw('id, user_id, ip_address, user_agent, created_at, last_sign_in_at')

/** Whether whoever has an email address or a phone number has signed in on a device before. */
export async function isKnownTo(queries: Queries, identifier: string, tokenHash: Buffer): Promise<boolean> {
  const { environmentId } = queries
  const found = await queries.first(query<{ known: true }>`
    select true as known from devices
    where environment_id = ${environmentId} and token_hash = ${tokenHash} and user_id in (
      select user_id from user_emails where environment_id = ${environmentId} and email_key = lower(${identifier})
      union all
      select id from users where environment_id = ${environmentId} and phone_number = ${identifier})`)
  return found !== undefined
}

/** Writes down a sign-in on a device that the user knows; undefined if it is none. */
export function touchDevice(tx: Transaction, seen: Sighting): Promise<DeviceRow | undefined> {
  return tx.first(query<DeviceRow>`
    update devices set last_sign_in_at = instant(), ip_address = ${seen.ipAddress}, user_agent = ${seen.userAgent}
    where environment_id = ${tx.environmentId} and user_id = ${seen.userId} and token_hash = ${seen.tokenHash}
    returning ${columns}`)
}

export function insertDevice(tx: Transaction, id: string, seen: Sighting): Promise<DeviceRow> {
  return tx.one(query<DeviceRow>`
    insert into devices (environment_id, id, user_id, token_hash, ip_address, user_agent)
    values (${tx.environmentId}, ${id}, ${seen.userId}, ${seen.tokenHash}, ${seen.ipAddress}, ${seen.userAgent})
    returning ${columns}`)
}

/** Gives the other users of a browser the token that it has from now on. */
export async function replaceToken(tx: Transaction, from: Buffer, to: Buffer): Promise<void> {
  await tx.run(query`
    update devices set token_hash = ${to}
    where environment_id = ${tx.environmentId} and token_hash = ${from}`)
}

/** Forgets the devices of a user that were used least lately, but for so many. */
export async function keepLatest(tx: Transaction, userId: string, devicesMax: number): Promise<void> {
  await tx.run(query`
    delete from devices where environment_id = ${tx.environmentId} and id in (
      select id from devices where environment_id = ${tx.environmentId} and user_id = ${userId}
      order by last_sign_in_at desc, id desc offset ${devicesMax})`)
}

export function listDevices(read: Queries, userId: string, request: PageRequest) {
  return listPage<DeviceRow>(read, request, {
    columns,
    from: sql`devices`,
    where: [sql`environment_id = ${read.environmentId}`, sql`user_id = ${userId}`],
  })
}

export function findDevicesOf(tx: Transaction, userId: string): Promise<DeviceRow[]> {
  return tx.many(query<DeviceRow>`
    select ${columns} from devices where environment_id = ${tx.environmentId} and user_id = ${userId} order by id`)
}

/** What the devices of a user are recognised by. */
export async function findTokenHashesOf(queries: Queries, userId: string): Promise<Buffer[]> {
  const rows = await queries.many(query<{ token_hash: Buffer }>`
    select token_hash from devices where environment_id = ${queries.environmentId} and user_id = ${userId}`)
  return rows.map((row) => row.token_hash)
}

export function lockDevice(tx: Transaction, userId: string, id: string): Promise<DeviceRow | undefined> {
  return tx.first(query<DeviceRow>`
    select ${columns} from devices
    where environment_id = ${tx.environmentId} and user_id = ${userId} and id = ${id} for update`)
}

export async function deleteDevice(tx: Transaction, id: string): Promise<void> {
  await tx.run(query`delete from devices where environment_id = ${tx.environmentId} and id = ${id}`)
}

export async function sweepDevices(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_devices()', []))
}
