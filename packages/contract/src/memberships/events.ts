import { defineEvents, Wrapped } from '../define/index.js'
import { Membership } from './schemas.js'

export const membershipEvents = defineEvents({
  'membership.created': {
    summary: 'A user joined an organization.',
    data: Wrapped('membership', Membership),
  },
  'membership.updated': { summary: 'The role of a member changed.', data: Wrapped('membership', Membership) },
  'membership.deleted': { summary: 'A user left an organization.', data: Wrapped('membership', Membership) },
})
