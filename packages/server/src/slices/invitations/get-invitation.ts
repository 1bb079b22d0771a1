import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/** Answers one invitation, without its token. */
export const getInvitation = implement(api.invitations.getInvitation).handler(async (call, { params }) => {
  const row = await store.findInvitation(call.read, params.invitationId)
  if (!row) throw fail(errors.invitation_not_found)
  return { invitation: presentInvitation(row) }
})
