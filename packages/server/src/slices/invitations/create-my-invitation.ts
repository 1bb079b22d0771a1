import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockMyMembership, requireRoleToGrant } from '#slices/organizations'
import { invite } from './invite.js'

/** Invites an address on behalf of a member, to a role that the member may give. */
export const createMyInvitation = implement(api.invitations.createMyInvitation).handler(
  async (call, { params, body }) => {
    const { organizationId } = params
    const { email, role = 'member' } = body
    const invitation = await call.tx(async (tx) => {
      requireRoleToGrant((await lockMyMembership(call, tx, organizationId)).role, role)
      return invite(call, tx, { organizationId, email, role, invitedBy: call.principal.id })
    })
    return { invitation }
  },
)
