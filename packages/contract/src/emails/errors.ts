import { defineErrors } from '../define/index.js'

export const emailErrors = defineErrors({
  email_not_found: { status: 404, title: 'Email not found', detail: 'Email not found' },
})
