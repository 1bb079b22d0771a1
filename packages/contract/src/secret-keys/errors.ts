import { defineErrors } from '../define/index.js'

export const secretKeyErrors = defineErrors({
  secret_key_not_found: { status: 404, title: 'Secret key not found', detail: 'Secret key not found' },
})
