import { defineEvents, Wrapped } from '../define/index.js'
import { PortalLink } from './schemas.js'

const aboutLink = Wrapped('portalLink', PortalLink)

export const portalLinkEvents = defineEvents({
  'portal_link.created': { summary: 'A link to the portal was made.', data: aboutLink },
  'portal_link.opened': {
    summary: 'A link to the portal was opened, which it can be once.',
    data: aboutLink,
  },
})
