import { defineErrors } from '../define/index.js'

export const apiErrors = defineErrors({
  api_not_found: { status: 404, title: 'API not found', detail: 'API not found' },
  audience_taken: {
    status: 409,
    title: 'Audience taken',
    detail: 'Another API of the environment has the audience {audience}. Choose another one.',
  },
  management_api_fixed: {
    status: 409,
    title: 'Management API',
    detail: 'The management API is this server itself: it and its scopes are not changed or deleted.',
  },
  api_scope_not_found: { status: 404, title: 'Scope not found', detail: 'Scope not found' },
  api_scope_taken: {
    status: 409,
    title: 'Scope taken',
    detail: 'The API has a scope {scope} already. Choose another key, or change that one.',
  },
})
