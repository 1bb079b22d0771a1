import { defineErrors } from '../define/index.js'

export const applicationErrors = defineErrors({
  application_not_found: { status: 404, title: 'Application not found', detail: 'Application not found' },
  api_not_allowed: {
    status: 409,
    title: 'API not allowed',
    detail: 'The application is not allowed this API. Allow it the API first, then scopes of it.',
  },
})
