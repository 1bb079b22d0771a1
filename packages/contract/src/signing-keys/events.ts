import { defineEvents, Wrapped } from '../define/index.js'
import { SigningKey } from './schemas.js'

export const signingKeyEvents = defineEvents({
  'signing_key.created': {
    summary: 'A new signing key was published.',
    data: Wrapped('signingKey', SigningKey),
  },
})
