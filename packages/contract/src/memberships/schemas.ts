import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'
import { Organization } from '../organizations/schemas.js'

export const Role = OneOf(['owner', 'admin', 'member'], {
  description: 'What a member may do: an admin manages members and invitations, an owner everything.',
})
export type Role = Static<typeof Role>

export const Membership = Resource('Membership', 'A user in an organization, with a role.', {
  organizationId: Id,
  userId: Id,
  role: Role,
  email: Nullable(Type.String({ description: 'The primary address of the user.' })),
  username: Nullable(Type.String()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Membership = Static<typeof Membership>

const { id, name, slug, requiresSecondFactor, publicMetadata, createdAt, updatedAt } = Organization.properties

export const MembershipOf = Resource('MyOrganization', 'An organization as one of its members sees it.', {
  id,
  name,
  slug,
  requiresSecondFactor,
  publicMetadata,
  role: Role,
  createdAt,
  updatedAt,
})
export type MembershipOf = Static<typeof MembershipOf>
