import { errors, type Role } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { build, containing, countOf, query, sql } from '#platform/db/build'
import { violatedConstraint } from '#platform/db/database-error'
import { listPage } from '#platform/db/list-page'

export interface OrganizationRow {
  readonly id: string
  readonly name: string
  readonly slug: string
  readonly created_by: string | null
  readonly requires_second_factor: boolean
  readonly public_metadata: Record<string, unknown>
  readonly private_metadata: Record<string, unknown>
  readonly created_at: string
  readonly updated_at: string
}

const columns = sql`
  o.id, o.name, o.slug, o.created_by, o.requires_second_factor, o.public_metadata, o.private_metadata, o.created_at, o.updated_at`

export function findOrganization(queries: Queries, id: string) {
  return queries.first(query<OrganizationRow>`
    select ${columns} from organizations o where o.environment_id = ${queries.environmentId} and o.id = ${id}`)
}

/** Finds an organization and makes every other change of it or of its members wait for this transaction. */
export async function lockOrganization(tx: Transaction, id: string): Promise<OrganizationRow> {
  const row = await tx.first(query<OrganizationRow>`
    select ${columns} from organizations o where o.environment_id = ${tx.environmentId} and o.id = ${id} for update`)
  if (!row) throw fail(errors.organization_not_found)
  return row
}

export function listOrganizations(
  read: Queries,
  filter: { readonly slug?: string; readonly search?: string },
  request: PageRequest,
) {
  const { slug, search } = filter
  const part = containing(search ?? '')
  return listPage<OrganizationRow>(read, request, {
    columns,
    from: sql`organizations o`,
    where: [
      sql`o.environment_id = ${read.environmentId}`,
      slug !== undefined && sql`o.slug = lower(${slug})`,
      search !== undefined && sql`(lower(o.name) like lower(${part}) or o.slug like lower(${part}))`,
    ],
    order: ['o.created_at', 'o.id'],
    counted:
      slug === undefined && search === undefined ? countOf(read.environmentId, 'organizations') : undefined,
  })
}

export interface NewOrganization {
  readonly id: string
  readonly name: string
  readonly slug: string
  readonly createdBy: string | null
  readonly requiresSecondFactor?: boolean
  readonly publicMetadata?: Record<string, unknown>
  readonly privateMetadata?: Record<string, unknown>
}

/** Inserts an organization. The unique index decides, not an earlier read: two requests may arrive together. */
export async function insertOrganization(
  tx: Transaction,
  organization: NewOrganization,
): Promise<OrganizationRow> {
  const { id, name, slug, createdBy, requiresSecondFactor = false } = organization
  const { publicMetadata = {}, privateMetadata = {} } = organization
  try {
    return await tx.one(query<OrganizationRow>`
      insert into organizations as o (environment_id, id, name, slug, created_by, requires_second_factor,
                                      public_metadata, private_metadata)
      values (${tx.environmentId}, ${id}, ${name}, ${slug}, ${createdBy}, ${requiresSecondFactor},
              ${JSON.stringify(publicMetadata)}::jsonb, ${JSON.stringify(privateMetadata)}::jsonb)
      returning ${columns}`)
  } catch (error) {
    throw userGone(error) ?? slugTaken(error, slug)
  }
}

export interface OrganizationChanges {
  readonly name?: string
  readonly slug?: string
  readonly requiresSecondFactor?: boolean
  readonly publicMetadata?: Record<string, unknown>
  readonly privateMetadata?: Record<string, unknown>
}

export async function updateOrganization(tx: Transaction, id: string, changes: OrganizationChanges) {
  const { name, slug, requiresSecondFactor, publicMetadata, privateMetadata } = changes
  try {
    await tx.run(
      build
        .updateTable('organizations')
        .set({
          updated_at: sql`instant()`,
          ...(name !== undefined && { name }),
          ...(slug !== undefined && { slug }),
          ...(requiresSecondFactor !== undefined && { requires_second_factor: requiresSecondFactor }),
          ...(publicMetadata && { public_metadata: JSON.stringify(publicMetadata) }),
          ...(privateMetadata && { private_metadata: JSON.stringify(privateMetadata) }),
        })
        .where('environment_id', '=', tx.environmentId)
        .where('id', '=', id),
    )
  } catch (error) {
    throw slugTaken(error, slug ?? '')
  }
  return (await findOrganization(tx, id)) as OrganizationRow
}

function slugTaken(error: unknown, slug: string) {
  return violatedConstraint(error) === 'organizations_slug'
    ? fail(errors.organization_slug_taken, { slug })
    : error
}

/** The foreign key decides, not an earlier read: a user may be deleted between the two. */
function userGone(error: unknown) {
  const constraint = violatedConstraint(error)
  const isUser =
    constraint === 'organizations_environment_id_created_by_fkey' ||
    constraint === 'memberships_environment_id_user_id_fkey'
  return isUser ? fail(errors.user_not_found) : undefined
}

export async function deleteOrganization(tx: Transaction, id: string): Promise<void> {
  await tx.run(
    build.deleteFrom('organizations').where('environment_id', '=', tx.environmentId).where('id', '=', id),
  )
}

export interface MembershipRow {
  readonly organization_id: string
  readonly user_id: string
  readonly role: Role
  readonly email: string | null
  readonly username: string | null
  readonly created_at: string
  readonly updated_at: string
  /** What ties in the order of a list are broken by. */
  readonly id: string
}

const membershipColumns = sql`
  m.organization_id, m.user_id, m.user_id as id, m.role, m.created_at, m.updated_at, u.username,
  (select e.email from user_emails e
   where e.environment_id = m.environment_id and e.user_id = m.user_id and e.is_primary) as email`
const membershipTables = sql`memberships m join users u on u.environment_id = m.environment_id and u.id = m.user_id`

export function findMembership(queries: Queries, organizationId: string, userId: string) {
  return queries.first(query<MembershipRow>`
    select ${membershipColumns} from ${membershipTables}
    where m.environment_id = ${queries.environmentId} and m.organization_id = ${organizationId}
      and m.user_id = ${userId}`)
}

export function listMemberships(
  read: Queries,
  filter: { readonly organizationId: string; readonly role?: Role | undefined },
  request: PageRequest,
) {
  return listPage<MembershipRow>(read, request, {
    columns: membershipColumns,
    from: membershipTables,
    where: [
      sql`m.environment_id = ${read.environmentId}`,
      sql`m.organization_id = ${filter.organizationId}`,
      filter.role !== undefined && sql`m.role = ${filter.role}`,
    ],
    order: ['m.created_at', 'm.user_id'],
  })
}

/** Adds a member; undefined for one that is a member already. */
export async function insertMembership(
  tx: Transaction,
  membership: { organizationId: string; userId: string; role: Role },
): Promise<MembershipRow | undefined> {
  const { organizationId, userId, role } = membership
  try {
    const added = await tx.run(query`
      insert into memberships (environment_id, organization_id, user_id, role)
      values (${tx.environmentId}, ${organizationId}, ${userId}, ${role})
      on conflict do nothing`)
    return added === 0 ? undefined : findMembership(tx, organizationId, userId)
  } catch (error) {
    throw userGone(error) ?? error
  }
}

export async function updateRole(tx: Transaction, organizationId: string, userId: string, role: Role) {
  await tx.run(query`
    update memberships set role = ${role}, updated_at = instant()
    where environment_id = ${tx.environmentId} and organization_id = ${organizationId} and user_id = ${userId}`)
  return (await findMembership(tx, organizationId, userId)) as MembershipRow
}

export async function deleteMembership(
  tx: Transaction,
  organizationId: string,
  userId: string,
): Promise<void> {
  await tx.run(query`
    delete from memberships
    where environment_id = ${tx.environmentId} and organization_id = ${organizationId} and user_id = ${userId}`)
}

export async function countOwners(tx: Transaction, organizationId: string): Promise<number> {
  const { total } = await tx.one(query<{ total: number }>`
    select count(*) as total from memberships
    where environment_id = ${tx.environmentId} and organization_id = ${organizationId} and role = 'owner'`)
  return total
}

/** Members and pending invitations: what an organization's limit counts. */
export async function countSeats(tx: Transaction, organizationId: string): Promise<number> {
  const { total } = await tx.one(query<{ total: number }>`
    select (select count(*) from memberships
            where environment_id = ${tx.environmentId} and organization_id = ${organizationId})
         + (select count(*) from invitations
            where environment_id = ${tx.environmentId} and organization_id = ${organizationId}
              and accepted_at is null and revoked_at is null and expires_at > instant()) as total`)
  return total
}

export interface MembershipOfRow extends OrganizationRow {
  readonly role: Role
}

export function findMembershipOf(queries: Queries, userId: string, organizationId: string) {
  return queries.first(query<MembershipOfRow>`
    select ${columns}, m.role from memberships m
    join organizations o on o.environment_id = m.environment_id and o.id = m.organization_id
    where m.environment_id = ${queries.environmentId} and m.user_id = ${userId}
      and m.organization_id = ${organizationId}`)
}

/** The organizations of a user; the order, and so the cursor, is that of the memberships. */
export async function listMembershipsOf(read: Queries, userId: string, request: PageRequest) {
  const { rows, total } = await listPage<MembershipOfRow & { joined_at: string }>(read, request, {
    columns: sql`${columns}, m.role, m.created_at as joined_at`,
    from: sql`memberships m
      join organizations o on o.environment_id = m.environment_id and o.id = m.organization_id`,
    where: [sql`m.environment_id = ${read.environmentId}`, sql`m.user_id = ${userId}`],
    order: ['m.created_at', 'm.organization_id'],
  })
  return { rows: rows.map((row) => ({ id: row.id, created_at: row.joined_at, organization: row })), total }
}
