import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lockMyMembership, requireRoleToGrant } from '#slices/organizations'
import { lockUser } from '#slices/users'
import { invite } from './invite.js'

/**
 * Invites an address by mail on behalf of a member, to a role that the member may give. The member is not told the
 * token: an account with the invited address and the token are all that accepting takes.
 */
export const createMyInvitation = implement(api.invitations.createMyInvitation).handler(
  async (call, { params, body }) => {
    const { organizationId } = params
    const { email, role = 'member' } = body
    const { invitation } = await call.tx(async (tx) => {
      requireRoleToGrant((await lockMyMembership(call, tx, organizationId)).role, role)
      // Deleted since the request began: the session is gone, too.
      const inviter = await lockUser(tx, call.principal.id)
      if (!inviter) throw fail(errors.invalid_session)
      return invite(call, tx, { organizationId, email, role, inviter, sendEmail: true })
    })
    return { invitation }
  },
)
