import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockMyMembership, myMembership } from './my-membership.js'
import { requireRole } from './organization.js'
import { presentMembershipOf } from './present.js'
import { update } from './update.js'

/** Renames an organization, for its owners and admins. */
export const updateMyOrganization = implement(api.organizations.updateMyOrganization).handler(
  async (call, { params, body }) => {
    const row = await call.tx(async (tx) => {
      requireRole((await lockMyMembership(call, tx, params.organizationId)).role, 'admin')
      await update(call, tx, params.organizationId, body)
      return myMembership(call, tx, params.organizationId)
    })
    return { organization: presentMembershipOf(row) }
  },
)
