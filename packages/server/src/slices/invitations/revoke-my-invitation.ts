import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockMyMembership, requireRole } from '#slices/organizations'
import { revoke } from './revoke.js'

/** Revokes an invitation to an organization, for its owners and admins. */
export const revokeMyInvitation = implement(api.invitations.revokeMyInvitation).handler(
  async (call, { params }) => {
    await call.tx(async (tx) => {
      requireRole((await lockMyMembership(call, tx, params.organizationId)).role, 'admin')
      await revoke(call, tx, params.invitationId, params.organizationId)
    })
    return { ok: true as const }
  },
)
