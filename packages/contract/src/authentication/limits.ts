import type { RateLimit } from '../define/index.js'
import { authenticationErrors } from './errors.js'

/** An SMS costs money, and some earn by having many sent (toll fraud): few to a number, whoever asks. */
export const smsLimit = {
  by: 'body.phoneNumber',
  requestsMax: 5,
  windowSeconds: 900,
  error: authenticationErrors.verification_rate_limited,
} as const satisfies RateLimit
