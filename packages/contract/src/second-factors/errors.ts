import { defineErrors } from '../define/index.js'

export const secondFactorErrors = defineErrors({
  invalid_pending_token: {
    status: 401,
    title: 'Sign-in not pending',
    detail: 'The pending token is not valid, or older than five minutes. Begin the sign-in again.',
  },
  invalid_second_factor_code: {
    status: 400,
    title: 'Invalid code',
    detail: 'The code is not right, or was used before. Take the next one.',
  },
  second_factor_rate_limited: {
    status: 429,
    title: 'Too many wrong codes',
    detail: 'Too many wrong codes for this account. Try again in {retryAfterSeconds} s.',
  },
  totp_already_enabled: {
    status: 409,
    title: 'Authenticator app enabled',
    detail: 'This user has an authenticator app already. Disable it first.',
  },
  totp_not_enabled: {
    status: 409,
    title: 'No authenticator app',
    detail: 'This user has no authenticator app. Enrol one and confirm it first.',
  },
  totp_not_enrolled: {
    status: 409,
    title: 'Nothing to confirm',
    detail: 'No enrolment of an authenticator app waits to be confirmed. Enrol one first.',
  },
})
