import { defineErrors } from '../define/index.js'

export const invitationErrors = defineErrors({
  invitation_not_found: { status: 404, title: 'Invitation not found', detail: 'Invitation not found' },
  invitation_pending: {
    status: 409,
    title: 'Invitation pending',
    detail: 'There is a pending invitation of {email} to this organization. Revoke it to send another.',
  },
  invitation_already_used: {
    status: 409,
    title: 'Invitation used',
    detail: 'The invitation was accepted already.',
  },
  invitation_revoked: {
    status: 410,
    title: 'Invitation revoked',
    detail: 'The invitation was revoked. Ask for a new one.',
  },
  invitation_expired: {
    status: 410,
    title: 'Invitation expired',
    detail: 'The invitation has expired. Ask for a new one.',
  },
  invitation_for_another_address: {
    status: 403,
    title: 'Invitation for another address',
    detail: 'The invitation is for another email address. Sign in with the address that was invited.',
  },
  invitation_rate_limited: {
    status: 429,
    title: 'Too many invitations',
    detail: 'Too many invitations. Try again in {retryAfterSeconds} s.',
  },
})
