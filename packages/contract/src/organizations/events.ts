import Type from 'typebox'
import { defineEvents, Id, Wrapped } from '../define/index.js'
import { Organization } from './schemas.js'

export const organizationEvents = defineEvents({
  'organization.created': {
    summary: 'An organization was created.',
    data: Wrapped('organization', Organization),
  },
  'organization.updated': {
    summary: 'Fields of an organization changed.',
    data: Wrapped('organization', Organization),
  },
  'organization.deleted': {
    summary: 'An organization was deleted with its memberships and invitations.',
    data: Type.Object({ organization: Type.Object({ id: Id }) }),
  },
})
