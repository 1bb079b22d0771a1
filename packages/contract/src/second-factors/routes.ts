import { authenticationErrors } from '../authentication/errors.js'
import { SignedIn } from '../authentication/schemas.js'
import { anyone, Body, backend, Done, defineRoute, user, Wrapped } from '../define/index.js'
import { signInEvents } from '../sessions/events.js'
import { userErrors } from '../users/errors.js'
import { secondFactorErrors } from './errors.js'
import { secondFactorEvents } from './events.js'
import {
  AnyCode,
  PendingToken,
  RecoveryCode,
  RecoveryCodes,
  SecondFactors,
  SignedInAndEnrolled,
  TotpCode,
  TotpEnrollment,
} from './schemas.js'

const codeErrors = [
  secondFactorErrors.invalid_second_factor_code,
  secondFactorErrors.second_factor_rate_limited,
]
const pendingErrors = [secondFactorErrors.invalid_pending_token, authenticationErrors.invalid_credentials]
const pendingExample = { pendingToken: 'AWk3…' }
const limits = [
  { by: 'address', requestsMax: 120, windowSeconds: 60, error: authenticationErrors.signin_rate_limited },
] as const

export const getSecondFactors = defineRoute({
  id: 'secondFactors.get',
  method: 'GET',
  path: '/v1/me/second-factors',
  summary: 'Get the second factors of the signed-in user',
  access: user,
  status: 200,
  response: Wrapped('secondFactors', SecondFactors),
  errors: [],
  emits: [],
})

export const enrollTotp = defineRoute({
  id: 'secondFactors.enrollTotp',
  method: 'POST',
  path: '/v1/auth/me/totp/enroll',
  summary: 'Make a secret for an authenticator app',
  description: 'Protects nothing until it is confirmed. Enrolling again replaces a secret that was not.',
  access: user,
  status: 200,
  response: TotpEnrollment,
  errors: [secondFactorErrors.totp_already_enabled],
  emits: [],
})

export const confirmTotp = defineRoute({
  id: 'secondFactors.confirmTotp',
  method: 'POST',
  path: '/v1/auth/me/totp/confirm',
  summary: 'Confirm an authenticator app by one of its codes, and get recovery codes',
  access: user,
  body: Body({ code: TotpCode }, { examples: [{ code: '492039' }] }),
  status: 200,
  response: RecoveryCodes,
  errors: [...codeErrors, secondFactorErrors.totp_not_enrolled, secondFactorErrors.totp_already_enabled],
  emits: [secondFactorEvents['second_factor.enabled']],
})

export const disableTotp = defineRoute({
  id: 'secondFactors.disableTotp',
  method: 'POST',
  path: '/v1/auth/me/totp/disable',
  summary: 'Give up the authenticator app and the recovery codes',
  description: 'Where a second factor is required, the next sign-in asks to enrol one again.',
  access: user,
  body: Body({ code: AnyCode }, { examples: [{ code: '492039' }] }),
  status: 200,
  response: Done,
  errors: [...codeErrors, secondFactorErrors.totp_not_enabled],
  emits: [secondFactorEvents['second_factor.disabled'], secondFactorEvents['recovery_code.used']],
})

export const replaceRecoveryCodes = defineRoute({
  id: 'secondFactors.replaceRecoveryCodes',
  method: 'POST',
  path: '/v1/auth/me/recovery-codes',
  summary: 'Get ten new recovery codes; the old ones die',
  description: 'Asks for a code, so that whoever finds an open session does not find a way in for good.',
  access: user,
  body: Body({ code: AnyCode }, { examples: [{ code: '492039' }] }),
  status: 200,
  response: RecoveryCodes,
  errors: [...codeErrors, secondFactorErrors.totp_not_enabled],
  emits: [secondFactorEvents['recovery_code.used']],
})

export const signInWithTotp = defineRoute({
  id: 'secondFactors.signInWithTotp',
  method: 'POST',
  path: '/v1/auth/sign-in/totp',
  summary: 'Finish a sign-in with a code of the authenticator app',
  access: anyone,
  body: Body(
    { pendingToken: PendingToken, code: TotpCode },
    { examples: [{ ...pendingExample, code: '492039' }] },
  ),
  status: 200,
  response: SignedIn,
  errors: [...pendingErrors, ...codeErrors],
  emits: [...signInEvents],
  limits,
  cookies: true,
})

export const signInWithRecoveryCode = defineRoute({
  id: 'secondFactors.signInWithRecoveryCode',
  method: 'POST',
  path: '/v1/auth/sign-in/recovery-code',
  summary: 'Finish a sign-in with a recovery code',
  access: anyone,
  body: Body(
    { pendingToken: PendingToken, code: RecoveryCode },
    { examples: [{ ...pendingExample, code: 'q7fd-2mzk-9xwa-4hce' }] },
  ),
  status: 200,
  response: SignedIn,
  errors: [...pendingErrors, ...codeErrors],
  emits: [secondFactorEvents['recovery_code.used'], ...signInEvents],
  limits,
  cookies: true,
})

export const enrollTotpToSignIn = defineRoute({
  id: 'secondFactors.enrollTotpToSignIn',
  method: 'POST',
  path: '/v1/auth/sign-in/totp/enroll',
  summary: 'Make a secret for an authenticator app, where a sign-in needs one and the user has none',
  access: anyone,
  body: Body({ pendingToken: PendingToken }, { examples: [pendingExample] }),
  status: 200,
  response: TotpEnrollment,
  errors: [...pendingErrors, secondFactorErrors.totp_already_enabled],
  emits: [],
  limits,
})

export const confirmTotpToSignIn = defineRoute({
  id: 'secondFactors.confirmTotpToSignIn',
  method: 'POST',
  path: '/v1/auth/sign-in/totp/confirm',
  summary: 'Confirm that authenticator app by one of its codes, and be signed in',
  access: anyone,
  body: Body(
    { pendingToken: PendingToken, code: TotpCode },
    { examples: [{ ...pendingExample, code: '492039' }] },
  ),
  status: 200,
  response: SignedInAndEnrolled,
  errors: [
    ...pendingErrors,
    ...codeErrors,
    secondFactorErrors.totp_not_enrolled,
    secondFactorErrors.totp_already_enabled,
  ],
  emits: [secondFactorEvents['second_factor.enabled'], ...signInEvents],
  limits,
  cookies: true,
})

export const resetSecondFactors = defineRoute({
  id: 'users.resetSecondFactors',
  method: 'DELETE',
  path: '/v1/admin/users/:userId/second-factors',
  summary: 'Take the second factors of a user away',
  description:
    'For whoever lost app and recovery codes. Sessions stay; the next sign-in needs none, or enrols anew.',
  access: backend('users:write'),
  params: { userId: userErrors.user_not_found },
  status: 200,
  response: Done,
  errors: [],
  emits: [secondFactorEvents['second_factor.disabled']],
})
