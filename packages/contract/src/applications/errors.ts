import { defineErrors } from '../define/index.js'

export const applicationErrors = defineErrors({
  application_not_found: { status: 404, title: 'Application not found', detail: 'Application not found' },
})
