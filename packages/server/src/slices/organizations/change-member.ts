import { errors, type Membership, type Role } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { keepAnOwner } from './organization.js'
import { presentMembership } from './present.js'
import * as store from './store.js'

interface Who {
  readonly organizationId: string
  readonly userId: string
}

/** Finds a member of an organization that is locked, so that two owners cannot remove each other at once. */
async function lockMember(tx: Transaction, { organizationId, userId }: Who): Promise<store.MembershipRow> {
  await store.lockOrganization(tx, organizationId)
  const member = await store.findMembership(tx, organizationId, userId)
  if (!member) throw fail(errors.membership_not_found)
  return member
}

/** Gives a member another role, if `may` lets the caller; there is always an owner left. */
export async function changeRole(
  call: Call,
  tx: Transaction,
  who: Who,
  role: Role,
  may: (current: Role) => void = () => {},
): Promise<Membership> {
  const member = await lockMember(tx, who)
  may(member.role)
  if (member.role === role) return presentMembership(member)
  keepAnOwner({ from: member.role, to: role, owners: await store.countOwners(tx, who.organizationId) })
  const membership = presentMembership(await store.updateRole(tx, who.organizationId, who.userId, role))
  await call.record(tx, 'membership.updated', { membership })
  return membership
}

/** Removes a member, if `may` lets the caller; its sessions stop working in the organization. */
export async function removeMember(
  call: Call,
  tx: Transaction,
  who: Who,
  may: (current: Role) => void = () => {},
): Promise<void> {
  const member = await lockMember(tx, who)
  may(member.role)
  keepAnOwner({ from: member.role, to: null, owners: await store.countOwners(tx, who.organizationId) })
  await store.deleteMembership(tx, who.organizationId, who.userId)
  await call.record(tx, 'membership.deleted', { membership: presentMembership(member) })
}
