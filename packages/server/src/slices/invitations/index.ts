import { acceptInvitation } from './accept-invitation.js'
import { createInvitation } from './create-invitation.js'
import { createMyInvitation } from './create-my-invitation.js'
import { getInvitation } from './get-invitation.js'
import { listInvitations } from './list-invitations.js'
import { listMyInvitations } from './list-my-invitations.js'
import { revokeInvitation } from './revoke-invitation.js'
import { revokeMyInvitation } from './revoke-my-invitation.js'

export const endpoints = [
  listInvitations,
  createInvitation,
  getInvitation,
  revokeInvitation,
  listMyInvitations,
  createMyInvitation,
  revokeMyInvitation,
  acceptInvitation,
]

export { presentInvitation } from './present.js'
export { listAcceptedBy as listAcceptedInvitations } from './store.js'
