import { defineEvents, Wrapped } from '../define/index.js'
import { ApiKey } from './schemas.js'

const aboutKey = Wrapped('apiKey', ApiKey)

export const apiKeyEvents = defineEvents({
  'api_key.created': { summary: 'An API key was made.', data: aboutKey },
  'api_key.imported': { summary: 'An API key of another system was taken over.', data: aboutKey },
  'api_key.updated': { summary: 'Fields of an API key were changed.', data: aboutKey },
  'api_key.rotated': { summary: 'An API key was given another secret.', data: aboutKey },
  'api_key.revoked': { summary: 'An API key was revoked for good.', data: aboutKey },
  'api_key.deleted': { summary: 'An API key was removed.', data: aboutKey },
})
