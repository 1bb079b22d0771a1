import type { Role } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { build, countOf, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import { statement } from '#platform/db/statement'
import type { EnvironmentRow } from '#slices/projects'

export type Status = 'active' | 'ended' | 'expired' | 'revoked'

export interface SessionRow {
  readonly id: string
  readonly user_id: string
  readonly status: Status
  readonly active_organization_id: string | null
  readonly refresh_generation: number
  readonly seconds_since_refresh: number
  readonly refreshed_at: string
  readonly device_id: string | null
  readonly ip_address: string | null
  readonly user_agent: string | null
  readonly expires_at: string
  readonly ended_at: string | null
  readonly created_at: string
  readonly role: Role | null
}

const statusOf = `
  case when s.end_reason = 'signed_out' then 'ended' when s.ended_at is not null then 'revoked'
       when session_end(s) <= instant() then 'expired' else 'active' end`

/** With the role in the active organization, which is part of what a token says. */
const columns = `
  s.id, s.user_id, ${statusOf} as status, s.active_organization_id, s.refresh_generation, s.refreshed_at,
  extract(epoch from instant() - s.refreshed_at)::float8 as seconds_since_refresh,
  s.device_id, s.ip_address, s.user_agent, session_end(s) as expires_at, s.ended_at, s.created_at,
  (select m.role from memberships m where m.environment_id = s.environment_id
     and m.organization_id = s.active_organization_id and m.user_id = s.user_id) as role`

export interface FoundSession extends EnvironmentRow {
  readonly id: string
  readonly user_id: string
  readonly active: boolean
  readonly active_organization_id: string | null
  readonly role: Role | null
}

/** Finds sessions whose tokens were verified, each in the environment that its token names. */
export function findSessions(anywhere: Queries, wanted: readonly { environmentId: string; id: string }[]) {
  return anywhere.many(
    statement<FoundSession>('select * from find_sessions($1, $2)', [
      wanted.map(({ environmentId }) => environmentId),
      wanted.map(({ id }) => id),
    ]),
  )
}

const selectSession = `select ${columns} from sessions s where s.environment_id = $1 and s.id = $2`

export function findSession(queries: Queries, id: string): Promise<SessionRow | undefined> {
  return queries.first(statement<SessionRow>(selectSession, [queries.environmentId, id]))
}

export function lockSession(tx: Transaction, id: string): Promise<SessionRow | undefined> {
  return tx.first(statement<SessionRow>(`${selectSession} for update of s`, [tx.environmentId, id]))
}

export function listSessions(
  read: Queries,
  filter: { readonly userId?: string; readonly status?: Status },
  request: PageRequest,
) {
  const isFiltered = filter.userId !== undefined || filter.status !== undefined
  return listPage<SessionRow>(read, request, {
    columns: sql.raw(columns),
    from: sql`sessions s`,
    where: [
      sql`s.environment_id = ${read.environmentId}`,
      filter.userId !== undefined && sql`s.user_id = ${filter.userId}`,
      filter.status !== undefined && sql`${sql.raw(statusOf)} = ${filter.status}`,
    ],
    order: ['s.created_at', 's.id'],
    counted: isFiltered ? undefined : countOf(read.environmentId, 'sessions'),
  })
}

export interface ActivityRow {
  readonly user_id: string
  readonly last_sign_in_at: string
  readonly active_sessions: number
}

/** What there is to tell of those of many users who have signed in. */
export function listActivity(read: Queries, userIds: readonly string[]): Promise<ActivityRow[]> {
  return read.many(query<ActivityRow>`
    select s.user_id, max(s.created_at) as last_sign_in_at,
           count(*) filter (where s.ended_at is null and session_end(s) > instant())::int as active_sessions
    from sessions s
    where s.environment_id = ${read.environmentId} and s.user_id = any(${userIds}::uuid[])
    group by s.user_id order by s.user_id`)
}

export async function insertSession(
  tx: Transaction,
  session: {
    id: string
    userId: string
    lifetimeSeconds: number
    idleSeconds: number | null
    deviceId: string
    ipAddress: string | null
    userAgent: string | null
  },
): Promise<SessionRow> {
  await tx.run(query`
    insert into sessions (environment_id, id, user_id, device_id, ip_address, user_agent, idle_seconds, expires_at)
    values (${tx.environmentId}, ${session.id}, ${session.userId}, ${session.deviceId}, ${session.ipAddress},
            ${session.userAgent}, ${session.idleSeconds}, instant() + ${session.lifetimeSeconds} * interval '1 second')`)
  return (await findSession(tx, session.id)) as SessionRow
}

export async function rotateRefresh(tx: Transaction, id: string): Promise<SessionRow> {
  await tx.run(query`
    update sessions set refresh_generation = refresh_generation + 1, refreshed_at = instant()
    where environment_id = ${tx.environmentId} and id = ${id}`)
  return (await findSession(tx, id)) as SessionRow
}

/** Sets the organization that a session works in; the foreign key lets only one that its user belongs to. */
export async function setOrganization(
  tx: Transaction,
  id: string,
  organizationId: string | null,
): Promise<SessionRow> {
  await tx.run(
    build
      .updateTable('sessions')
      .set({ active_organization_id: organizationId })
      .where('environment_id', '=', tx.environmentId)
      .where('id', '=', id),
  )
  return (await findSession(tx, id)) as SessionRow
}

/** Ends the active sessions that match, and answers them as they are now. */
export async function endSessions(
  tx: Transaction,
  which:
    | { readonly id: string }
    | { readonly deviceId: string }
    | { readonly userId: string; readonly exceptId?: string },
  reason: string,
): Promise<SessionRow[]> {
  const condition =
    'id' in which
      ? sql`s.id = ${which.id}`
      : 'deviceId' in which
        ? sql`s.device_id = ${which.deviceId}`
        : sql`s.user_id = ${which.userId} and s.id is distinct from ${which.exceptId ?? null}::uuid`
  return tx.many(query<SessionRow>`
    update sessions s set ended_at = instant(), end_reason = ${reason}
    where s.environment_id = ${tx.environmentId} and ${condition} and s.ended_at is null and session_end(s) > instant()
    returning ${sql.raw(columns)}`)
}

/** Keeps a secret of the environment unless it has one for this purpose already. */
export async function insertSecret(tx: Transaction, purpose: string, sealed: Buffer): Promise<void> {
  await tx.run(query`
    insert into environment_secrets (environment_id, purpose, sealed)
    values (${tx.environmentId}, ${purpose}, ${sealed}) on conflict do nothing`)
}

export async function findSecret(tx: Transaction, purpose: string): Promise<Buffer> {
  const row = await tx.one(query<{ sealed: Buffer }>`
    select sealed from environment_secrets where environment_id = ${tx.environmentId} and purpose = ${purpose}`)
  return row.sealed
}
