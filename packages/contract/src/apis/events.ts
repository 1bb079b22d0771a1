import { defineEvents, Wrapped } from '../define/index.js'
import { Api, ApiScope } from './schemas.js'

const aboutApi = Wrapped('api', Api)
const aboutScope = Wrapped('scope', ApiScope)

export const apiEvents = defineEvents({
  'api.created': { summary: 'An API was registered.', data: aboutApi },
  'api.updated': { summary: 'Fields of an API were changed.', data: aboutApi },
  'api.deleted': {
    summary: 'An API was deleted, with its scopes and what applications were allowed of it.',
    data: aboutApi,
  },
  'api_scope.created': { summary: 'A scope was added to an API.', data: aboutScope },
  'api_scope.updated': { summary: 'The description of a scope was changed.', data: aboutScope },
  'api_scope.deleted': {
    summary: 'A scope was deleted, and taken from every key and application that had it.',
    data: aboutScope,
  },
})
