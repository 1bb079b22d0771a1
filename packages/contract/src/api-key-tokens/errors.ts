import { VerificationCode } from '../api-keys/schemas.js'
import { defineErrors } from '../define/index.js'

export const apiKeyTokenErrors = defineErrors({
  api_key_refused: {
    status: 401,
    title: 'API key refused',
    detail: 'The key is not valid here: `{verificationCode}`.',
    extensions: { verificationCode: VerificationCode },
  },
  api_key_exchange_rate_limited: {
    status: 429,
    title: 'Too many exchanges',
    detail: 'Too many keys were exchanged from this address. Try again in {retryAfterSeconds} s.',
  },
})
