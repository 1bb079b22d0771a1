import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { revoke } from './revoke.js'

/** Revokes an invitation. */
export const revokeInvitation = implement(api.invitations.revokeInvitation).handler(
  async (call, { params }) => {
    await call.tx((tx) => revoke(call, tx, params.invitationId))
    return { ok: true as const }
  },
)
