import { defineErrors } from '../define/index.js'

export const secretKeyErrors = defineErrors({
  secret_key_not_found: { status: 404, title: 'Secret key not found', detail: 'Secret key not found' },
  permission_exceeds_own: {
    status: 403,
    title: 'Stronger than the caller',
    detail: 'No credential manages a key that is stronger than itself: {excess}.',
  },
  secret_key_revoked: {
    status: 409,
    title: 'Secret key revoked',
    detail: 'The key was revoked, which is for good. Make a new one.',
  },
  secret_key_expired: {
    status: 409,
    title: 'Secret key expired',
    detail: 'The key is past its `expiresAt` or its grace period. Make a new one.',
  },
  secret_key_rotated: {
    status: 409,
    title: 'Secret key rotated already',
    detail: 'The key was replaced by {replacedById}. Rotate that one, or make a new one.',
  },
})
