import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { parseId } from '#kernel/ids'
import { invite } from './invite.js'

/** Invites an address on behalf of the backend, which mails the token itself unless it asks the server to. */
export const createInvitation = implement(api.invitations.createInvitation).handler(
  async (call, { body }) => {
    const { email, orgId, role = 'member', sendEmail = false } = body
    const organizationId = parseId(orgId)
    if (!organizationId) throw fail(errors.organization_not_found)
    const { invitation, token } = await call.tx((tx) =>
      invite(call, tx, { organizationId, email, role, sendEmail }),
    )
    return { invitation: { ...invitation, token } }
  },
)
