import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { removeMember } from './change-member.js'
import { lockMyMembership } from './my-membership.js'
import { requireRoleToGrant } from './organization.js'

/** Removes a member, for owners and admins; and lets everyone leave. */
export const removeMyMember = implement(api.memberships.removeMyMember).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    const { role: mine } = await lockMyMembership(call, tx, params.organizationId)
    const leaves = params.userId === call.principal.id
    await removeMember(call, tx, params, (current) => leaves || requireRoleToGrant(mine, current))
  })
  return { ok: true as const }
})
