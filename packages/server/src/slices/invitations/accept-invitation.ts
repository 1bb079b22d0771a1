import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { hashSecret, isWellFormedSecret } from '#kernel/secret'
import { join, myMembership, presentMembership, presentMembershipOf } from '#slices/organizations'
import { lockUser } from '#slices/users'
import { requireInvited, requirePending, tokenPrefix } from './invitation.js'
import { lockInvitation } from './lock-invitation.js'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/** Accepts an invitation, exactly once. Its seat was counted when it was made, so the limit is not asked again. */
export const acceptInvitation = implement(api.invitations.acceptInvitation).handler(
  async (call, { body }) => {
    if (!isWellFormedSecret(body.token, tokenPrefix)) throw fail(errors.invitation_not_found)
    const tokenHash = hashSecret(body.token)
    return call.tx(async (tx) => {
      const found = await store.findByToken(tx, tokenHash)
      if (!found) throw fail(errors.invitation_not_found)
      const { status, ...invited } = await lockInvitation(tx, found)
      const user = await lockUser(tx, call.principal.id)
      // Deleted since the request began: the session is gone, too.
      if (!user) throw fail(errors.invalid_session)
      requireInvited(invited.email, user.emails)
      requirePending(status)
      const invitation = presentInvitation(await store.markAccepted(tx, invited.id, call.principal.id))
      const { organization_id: organizationId, role } = invited
      const membership = presentMembership(
        await join(call, tx, { organizationId, userId: call.principal.id, role }),
      )
      await call.record(tx, 'invitation.accepted', { invitation, membership })
      return { organization: presentMembershipOf(await myMembership(call, tx, organizationId)), membership }
    })
  },
)
