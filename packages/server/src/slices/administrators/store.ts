import type { AdministratorRole } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { containing, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'

export interface AdministratorRow {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly role: AdministratorRole
  readonly project_ids: readonly string[]
  readonly joined_at: string | null
  readonly invitation_expires_at: string | null
  readonly created_at: string
  readonly updated_at: string
}

const columns = sql`
  a.user_id as id, m.email, a.name, a.role, a.joined_at, a.created_at, a.updated_at,
  (select max(v.expires_at) from verifications v
   where v.environment_id = a.environment_id and v.user_id = a.user_id
     and v.purpose = 'administrator_invitation' and v.consumed_at is null) as invitation_expires_at,
  (select coalesce(jsonb_agg(p.project_id order by p.project_id), '[]') from administrator_projects p
   where p.environment_id = a.environment_id and p.user_id = a.user_id) as project_ids`

const administrators = sql`
  administrators a
  join user_emails m on m.environment_id = a.environment_id and m.user_id = a.user_id and m.is_primary`

export function findAdministrator(queries: Queries, id: string) {
  return queries.first(query<AdministratorRow>`
    select ${columns} from ${administrators}
    where a.environment_id = ${queries.environmentId} and a.user_id = ${id}`)
}

export function listAdministrators(read: Queries, search: string | undefined, request: PageRequest) {
  const part = containing(search ?? '')
  return listPage<AdministratorRow>(read, request, {
    columns,
    from: administrators,
    where: [
      sql`a.environment_id = ${read.environmentId}`,
      search !== undefined && sql`(lower(m.email) like lower(${part}) or lower(a.name) like lower(${part}))`,
    ],
    order: ['a.created_at', 'a.user_id'],
  })
}

/** Lets one transaction at a time decide who administers. */
export async function lockAdministrators(tx: Transaction): Promise<void> {
  await tx.run(query`select pg_advisory_xact_lock(hashtextextended('administrators', 0))`)
}

/** Whether somebody administers the whole instance: anybody, or anybody else. */
export async function hasInstanceAdmin(queries: Queries, exceptId: string | null = null): Promise<boolean> {
  const row = await queries.first(query`
    select from administrators a
    where a.environment_id = ${queries.environmentId} and a.role = 'instance_admin'
      and a.joined_at is not null and a.user_id is distinct from ${exceptId}::uuid
    limit 1`)
  return row !== undefined
}

export async function hasAdministrator(queries: Queries): Promise<boolean> {
  const row = await queries.first(query`
    select from administrators a
    where a.environment_id = ${queries.environmentId} and a.joined_at is not null
    limit 1`)
  return row !== undefined
}

/** Offers a role to a user, in place of what was offered before. */
export async function offer(
  tx: Transaction,
  administrator: { id: string; name?: string; role: AdministratorRole },
): Promise<void> {
  const { id, name = null, role } = administrator
  await tx.run(query`
    insert into administrators as a (environment_id, user_id, name, role)
    values (${tx.environmentId}, ${id}, ${name}, ${role})
    on conflict (environment_id, user_id) do update set
      name = coalesce(excluded.name, a.name), role = excluded.role, updated_at = instant()`)
}

/** What was offered is accepted; who came before stays since when it did. */
export async function join(tx: Transaction, id: string, name: string | null): Promise<AdministratorRow> {
  await tx.run(query`
    update administrators a set name = coalesce(${name}, a.name), joined_at = coalesce(a.joined_at, instant()),
      updated_at = instant()
    where a.environment_id = ${tx.environmentId} and a.user_id = ${id}`)
  return (await findAdministrator(tx, id)) as AdministratorRow
}

/** Sets what a user administers; false where one of the projects is none, or is deleted. */
export async function setProjects(
  tx: Transaction,
  id: string,
  projectIds: readonly string[],
): Promise<boolean> {
  await tx.run(query`
    delete from administrator_projects where environment_id = ${tx.environmentId} and user_id = ${id}`)
  const set = await tx.run(query`
    insert into administrator_projects (environment_id, user_id, project_id)
    select ${tx.environmentId}::uuid, ${id}::uuid, p.id from projects p
    where p.id = any(${projectIds}::uuid[]) and p.deleted_at is null`)
  return set === projectIds.length
}
