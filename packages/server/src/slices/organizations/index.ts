import { createMembership } from './create-membership.js'
import { createMyOrganization } from './create-my-organization.js'
import { createOrganization } from './create-organization.js'
import { deleteMembership } from './delete-membership.js'
import { deleteMyOrganization } from './delete-my-organization.js'
import { deleteOrganization } from './delete-organization.js'
import { getMyOrganization } from './get-my-organization.js'
import { getOrganization } from './get-organization.js'
import { listMemberships } from './list-memberships.js'
import { listMyMembers } from './list-my-members.js'
import { listMyOrganizations } from './list-my-organizations.js'
import { listOrganizations } from './list-organizations.js'
import { removeMyMember } from './remove-my-member.js'
import { switchOrganization } from './switch-organization.js'
import { updateMembership } from './update-membership.js'
import { updateMyMember } from './update-my-member.js'
import { updateMyOrganization } from './update-my-organization.js'
import { updateOrganization } from './update-organization.js'

export const endpoints = [
  listOrganizations,
  createOrganization,
  getOrganization,
  updateOrganization,
  deleteOrganization,
  listMemberships,
  createMembership,
  updateMembership,
  deleteMembership,
  listMyOrganizations,
  createMyOrganization,
  switchOrganization,
  getMyOrganization,
  updateMyOrganization,
  deleteMyOrganization,
  listMyMembers,
  updateMyMember,
  removeMyMember,
]

export { join, lockWithFreeSeat } from './create.js'
export { lockMyMembership, myMembership } from './my-membership.js'
export { requireRole, requireRoleToGrant } from './organization.js'
export { presentMembership, presentMembershipOf } from './present.js'
export {
  findMembership,
  findOrganization,
  listMembershipsOf as listMembershipRowsOf,
  lockOrganization,
} from './store.js'
