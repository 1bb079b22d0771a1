import { defineErrors } from '../define/index.js'

export const sessionErrors = defineErrors({
  session_not_found: { status: 404, title: 'Session not found', detail: 'Session not found' },
})
