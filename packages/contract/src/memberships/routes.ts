import Type from 'typebox'
import { Body, backend, Done, defineRoute, Page, pageQuery, user, Wrapped } from '../define/index.js'
import { organizationErrors } from '../organizations/errors.js'
import { userErrors } from '../users/errors.js'
import { memberErrors } from './errors.js'
import { membershipEvents } from './events.js'
import { Membership, Role } from './schemas.js'

const organization = { organizationId: organizationErrors.organization_not_found }
const member = { ...organization, userId: memberErrors.membership_not_found }

export const listMemberships = defineRoute({
  id: 'memberships.list',
  method: 'GET',
  path: '/v1/admin/organizations/:organizationId/memberships',
  summary: 'List the members of an organization, newest first',
  access: backend('organizations:read'),
  params: organization,
  query: Type.Object({ ...pageQuery, role: Type.Optional(Role) }),
  status: 200,
  response: Page('memberships', Membership),
  errors: [],
  emits: [],
})

export const createMembership = defineRoute({
  id: 'memberships.create',
  method: 'POST',
  path: '/v1/admin/organizations/:organizationId/memberships',
  summary: 'Make a user a member of an organization',
  access: backend('organizations:write'),
  params: organization,
  body: Body(
    { userId: Type.String({ maxLength: 64 }), role: Type.Optional(Role) },
    { examples: [{ userId: '01890a5d-ac96-774b-bcce-b302099a8057', role: 'admin' }] },
  ),
  status: 201,
  response: Wrapped('membership', Membership),
  errors: [userErrors.user_not_found, memberErrors.already_member, memberErrors.member_limit_reached],
  emits: [membershipEvents['membership.created']],
  idempotent: true,
})

export const updateMembership = defineRoute({
  id: 'memberships.update',
  method: 'PATCH',
  path: '/v1/admin/organizations/:organizationId/memberships/:userId',
  summary: 'Change the role of a member',
  access: backend('organizations:write'),
  params: member,
  body: Body({ role: Role }, { examples: [{ role: 'admin' }] }),
  status: 200,
  response: Wrapped('membership', Membership),
  errors: [memberErrors.last_owner],
  emits: [membershipEvents['membership.updated']],
  idempotent: true,
})

export const deleteMembership = defineRoute({
  id: 'memberships.delete',
  method: 'DELETE',
  path: '/v1/admin/organizations/:organizationId/memberships/:userId',
  summary: 'Remove a member from an organization',
  access: backend('organizations:write'),
  params: member,
  status: 200,
  response: Done,
  errors: [memberErrors.last_owner],
  emits: [membershipEvents['membership.deleted']],
})

export const listMyMembers = defineRoute({
  id: 'orgs.listMembers',
  method: 'GET',
  path: '/v1/orgs/:organizationId/members',
  summary: 'List the members of an organization of the signed-in user',
  access: user,
  params: organization,
  query: Type.Object({ ...pageQuery, role: Type.Optional(Role) }),
  status: 200,
  response: Page('memberships', Membership),
  errors: [],
  emits: [],
})

export const updateMyMember = defineRoute({
  id: 'orgs.updateMember',
  method: 'PATCH',
  path: '/v1/orgs/:organizationId/members/:userId',
  summary: 'Change the role of a member, as owner or admin',
  description: 'Only an owner may make an owner, or change the role of one.',
  access: user,
  params: member,
  body: Body({ role: Role }, { examples: [{ role: 'admin' }] }),
  status: 200,
  response: Wrapped('membership', Membership),
  errors: [memberErrors.role_required, memberErrors.last_owner],
  emits: [membershipEvents['membership.updated']],
  idempotent: true,
})

export const removeMyMember = defineRoute({
  id: 'orgs.removeMember',
  method: 'DELETE',
  path: '/v1/orgs/:organizationId/members/:userId',
  summary: 'Remove a member, or leave',
  description: 'Everyone may leave; an admin may remove members and admins, an owner anyone.',
  access: user,
  params: member,
  status: 200,
  response: Done,
  errors: [memberErrors.role_required, memberErrors.last_owner],
  emits: [membershipEvents['membership.deleted']],
})
