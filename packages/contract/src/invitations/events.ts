import Type from 'typebox'
import { defineEvents, Wrapped } from '../define/index.js'
import { Membership } from '../memberships/schemas.js'
import { Invitation } from './schemas.js'

export const invitationEvents = defineEvents({
  'invitation.created': { summary: 'An address was invited.', data: Wrapped('invitation', Invitation) },
  'invitation.revoked': { summary: 'An invitation was revoked.', data: Wrapped('invitation', Invitation) },
  'invitation.accepted': {
    summary: 'An invitation was accepted.',
    data: Type.Object({ invitation: Invitation, membership: Membership }),
  },
})
