import Type from 'typebox'
import { defineEvents, Wrapped } from '../define/index.js'
import { Application } from './schemas.js'

const about = Wrapped('application', Application)

export const applicationEvents = defineEvents({
  'application.created': { summary: 'An application was made.', data: about },
  'application.updated': {
    summary: 'Fields of an application were changed, such as `enabled`.',
    data: about,
  },
  'application.deleted': { summary: 'An application was deleted; its tokens are refused.', data: about },
  'application.secret_rotated': { summary: 'An application got a new client secret.', data: about },
  'application.api_allowed': {
    summary: 'An application was allowed an API, or other scopes of it.',
    data: about,
  },
  'application.api_removed': {
    summary: 'An API was taken from an application; its tokens for it are refused.',
    data: about,
  },
  'application.token_revoked': {
    summary: 'An application revoked an access token of its own.',
    data: Type.Object({
      application: Application,
      jti: Type.String({ description: 'The id of the token.' }),
    }),
  },
})
