import type { Membership, MembershipOf, Organization } from '@claviger/contract'
import type { MembershipOfRow, MembershipRow, OrganizationRow } from './store.js'

export function presentOrganization(row: OrganizationRow): Organization {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    createdBy: row.created_by,
    requiresSecondFactor: row.requires_second_factor,
    publicMetadata: row.public_metadata,
    privateMetadata: row.private_metadata,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** An organization as a member sees it: with its role, without the private bucket. */
export function presentMembershipOf(row: MembershipOfRow): MembershipOf {
  const { id, name, slug, requiresSecondFactor, publicMetadata, createdAt, updatedAt } =
    presentOrganization(row)
  return { id, name, slug, requiresSecondFactor, publicMetadata, role: row.role, createdAt, updatedAt }
}

export function presentMembership(row: MembershipRow): Membership {
  return {
    organizationId: row.organization_id,
    userId: row.user_id,
    role: row.role,
    email: row.email,
    username: row.username,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
