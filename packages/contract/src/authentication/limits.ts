import type { RateLimit } from '../define/index.js'
import { authenticationErrors } from './errors.js'

const error = authenticationErrors.verification_rate_limited

/** An SMS costs money, and some earn by having many sent (toll fraud): few to a number, whoever asks. */
export const smsLimits = [
  { by: 'address', requestsMax: 30, windowSeconds: 60, error },
  { by: 'body.phoneNumber', requestsMax: 5, windowSeconds: 900, error },
] as const satisfies readonly RateLimit[]
