import type { Organization, Role } from '@claviger/contract'
import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { keepTheLimit } from './organization.js'
import { presentMembership, presentOrganization } from './present.js'
import * as store from './store.js'

/** Creates an organization, with the user who created it as its owner. */
export async function create(
  call: Call,
  tx: Transaction,
  fields: store.NewOrganization,
): Promise<Organization> {
  const organization = presentOrganization(await store.insertOrganization(tx, fields))
  await call.record(tx, 'organization.created', { organization })
  if (fields.createdBy)
    await join(call, tx, { organizationId: fields.id, userId: fields.createdBy, role: 'owner' })
  return organization
}

/** Makes a user a member. Who calls has locked the organization, so that the limit holds. */
export async function join(
  call: Call,
  tx: Transaction,
  membership: { organizationId: string; userId: string; role: Role },
): Promise<store.MembershipRow> {
  const row = await store.insertMembership(tx, membership)
  if (!row) throw fail(errors.already_member)
  await call.record(tx, 'membership.created', { membership: presentMembership(row) })
  return row
}

/** Locks an organization and makes sure that it has a free seat. */
export async function lockWithFreeSeat(
  call: Call,
  tx: Transaction,
  organizationId: string,
): Promise<store.OrganizationRow> {
  const organization = await store.lockOrganization(tx, organizationId)
  const membersMax = call.environment.settings.membersPerOrganizationMax
  if (membersMax !== null) keepTheLimit(await store.countSeats(tx, organizationId), membersMax)
  return organization
}
