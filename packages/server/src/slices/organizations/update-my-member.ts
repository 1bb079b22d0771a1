import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { changeRole } from './change-member.js'
import { lockMyMembership } from './my-membership.js'
import { requireRole, requireRoleToGrant } from './organization.js'

/** Gives a member another role, for owners and admins. */
export const updateMyMember = implement(api.memberships.updateMyMember).handler(
  async (call, { params, body }) => ({
    membership: await call.tx(async (tx) => {
      const { role: mine } = await lockMyMembership(call, tx, params.organizationId)
      requireRole(mine, 'admin')
      return changeRole(call, tx, params, body.role, (current) =>
        requireRoleToGrant(mine, current, body.role),
      )
    }),
  }),
)
