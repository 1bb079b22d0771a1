import { errors, type Role } from '@claviger/contract'
import { fail } from '#kernel/failure'

/** Slugs are compared without case, so they are kept in lower case. */
export function normalizedSlug(slug: string): string {
  return slug.toLowerCase()
}

const rank: Record<Role, number> = { member: 0, admin: 1, owner: 2 }

/** Refuses someone whose role in the organization is lower than this. */
export function requireRole(actual: Role, needed: Role): void {
  if (rank[actual] < rank[needed]) throw fail(errors.role_required, { role: needed })
}

/**
 * Who may give a role or take it away: an admin deals with members and admins, only an owner with owners. So
 * nobody can make anyone, or themselves, stronger than they are.
 */
export function requireRoleToGrant(actor: Role, ...roles: readonly Role[]): void {
  requireRole(actor, roles.includes('owner') ? 'owner' : 'admin')
}

/** Refuses a change that would leave an organization without an owner. */
export function keepAnOwner(change: { from: Role; to: Role | null; owners: number }): void {
  if (change.from === 'owner' && change.to !== 'owner' && change.owners === 1) throw fail(errors.last_owner)
}

/** Refuses one more member or invitation than the environment allows; pending invitations hold a seat. */
export function keepTheLimit(seatsTaken: number, membersMax: number | null): void {
  if (membersMax !== null && seatsTaken >= membersMax) throw fail(errors.member_limit_reached, { membersMax })
}
