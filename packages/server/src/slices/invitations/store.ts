import type { Role } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries, Transaction } from '#kernel/queries'
import { countOf, query, sql } from '#platform/db/build'
import { listPage } from '#platform/db/list-page'
import type { Status } from './invitation.js'

export interface InvitationRow {
  readonly id: string
  readonly organization_id: string
  readonly email: string
  readonly role: Role
  readonly status: Status
  readonly invited_by: string | null
  readonly expires_at: string
  readonly accepted_at: string | null
  readonly revoked_at: string | null
  readonly created_at: string
}

const statusOf = sql`
  case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
       when i.expires_at <= instant() then 'expired' else 'pending' end`
const columns = sql`
  i.id, i.organization_id, i.email, i.role, ${statusOf} as status, i.invited_by, i.expires_at, i.accepted_at,
  i.revoked_at, i.created_at`

export function findInvitation(queries: Queries, id: string) {
  return queries.first(query<InvitationRow>`
    select ${columns} from invitations i where i.environment_id = ${queries.environmentId} and i.id = ${id}`)
}

export function findByToken(queries: Queries, tokenHash: Buffer) {
  return queries.first(query<InvitationRow>`
    select ${columns} from invitations i
    where i.environment_id = ${queries.environmentId} and i.token_hash = ${tokenHash}`)
}

export function listInvitations(
  read: Queries,
  filter: { readonly organizationId?: string; readonly email?: string; readonly status?: Status },
  request: PageRequest,
) {
  const { organizationId, email, status } = filter
  const isFiltered = [organizationId, email, status].some((value) => value !== undefined)
  return listPage<InvitationRow>(read, request, {
    columns,
    from: sql`invitations i`,
    where: [
      sql`i.environment_id = ${read.environmentId}`,
      organizationId !== undefined && sql`i.organization_id = ${organizationId}`,
      email !== undefined && sql`i.email_key = lower(${email})`,
      status !== undefined && sql`${statusOf} = ${status}`,
    ],
    order: ['i.created_at', 'i.id'],
    counted: isFiltered ? undefined : countOf(read.environmentId, 'invitations'),
  })
}

export function listAcceptedBy(read: Queries, userId: string) {
  return read.many(query<InvitationRow>`
    select ${columns} from invitations i
    where i.environment_id = ${read.environmentId} and i.accepted_by = ${userId}
    order by i.created_at desc, i.id desc`)
}

/** Whether an address belongs to a member of the organization. */
export async function isMember(tx: Transaction, organizationId: string, email: string): Promise<boolean> {
  const row = await tx.first(query`
    select from user_emails e
    join memberships m on m.environment_id = e.environment_id and m.user_id = e.user_id
    where e.environment_id = ${tx.environmentId} and e.email_key = lower(${email})
      and m.organization_id = ${organizationId}`)
  return row !== undefined
}

/** Closes the open invitation of this address that nobody accepted in time, so that it can be invited again. */
export function revokeExpired(tx: Transaction, organizationId: string, email: string) {
  return tx.first(query<InvitationRow>`
    update invitations i set revoked_at = instant()
    where i.environment_id = ${tx.environmentId} and i.organization_id = ${organizationId}
      and i.email_key = lower(${email}) and i.accepted_at is null and i.revoked_at is null
      and i.expires_at <= instant()
    returning ${columns}`)
}

/** Inserts an invitation; undefined if the address has an open one already. */
export async function insertInvitation(
  tx: Transaction,
  invitation: {
    id: string
    organizationId: string
    email: string
    role: Role
    tokenHash: Buffer
    invitedBy: string | null
    lifetimeSeconds: number
  },
): Promise<InvitationRow | undefined> {
  const { id, organizationId, email, role, tokenHash, invitedBy } = invitation
  return tx.first(query<InvitationRow>`
    insert into invitations as i
      (environment_id, id, organization_id, email, role, token_hash, invited_by, expires_at)
    values (${tx.environmentId}, ${id}, ${organizationId}, ${email}, ${role}, ${tokenHash}, ${invitedBy},
            instant() + ${invitation.lifetimeSeconds} * interval '1 second')
    on conflict do nothing
    returning ${columns}`)
}

export async function markRevoked(tx: Transaction, id: string): Promise<InvitationRow> {
  await tx.run(query`
    update invitations set revoked_at = instant() where environment_id = ${tx.environmentId} and id = ${id}`)
  return (await findInvitation(tx, id)) as InvitationRow
}

export async function markAccepted(tx: Transaction, id: string, userId: string): Promise<InvitationRow> {
  await tx.run(query`
    update invitations set accepted_at = instant(), accepted_by = ${userId}
    where environment_id = ${tx.environmentId} and id = ${id}`)
  return (await findInvitation(tx, id)) as InvitationRow
}
