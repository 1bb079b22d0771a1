import { defineEvents, Wrapped } from '../define/index.js'
import { SecretKey } from './schemas.js'

export const secretKeyEvents = defineEvents({
  'secret_key.created': { summary: 'A key was made.', data: Wrapped('secretKey', SecretKey) },
  'secret_key.revoked': { summary: 'A key was revoked for good.', data: Wrapped('secretKey', SecretKey) },
})
