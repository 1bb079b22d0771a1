import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockMyMembership } from './my-membership.js'
import { requireRole } from './organization.js'
import { remove } from './update.js'

/** Deletes an organization for good, for its owners. */
export const deleteMyOrganization = implement(api.organizations.deleteMyOrganization).handler(
  async (call, { params }) => {
    await call.tx(async (tx) => {
      requireRole((await lockMyMembership(call, tx, params.organizationId)).role, 'owner')
      await remove(call, tx, params.organizationId)
    })
    return { ok: true as const }
  },
)
