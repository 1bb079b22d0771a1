import Type from 'typebox'
import { anyone, Body, Done, defineRoute, EmailAddress, PhoneNumber, user } from '../define/index.js'
import { deviceEvents } from '../devices/events.js'
import { emailEvents } from '../emails/events.js'
import { identityProviderEvents } from '../identity-providers/events.js'
import { lockoutEvents } from '../lockouts/events.js'
import { passkeyEvents } from '../passkeys/events.js'
import { secondFactorEvents } from '../second-factors/events.js'
import { sessionEvents, signInEvents } from '../sessions/events.js'
import { textMessageEvents } from '../text-messages/events.js'
import { userErrors } from '../users/errors.js'
import { userEvents } from '../users/events.js'
import { Username } from '../users/schemas.js'
import { authenticationErrors, passwordErrors } from './errors.js'
import { smsLimits } from './limits.js'
import { Code, Credentials, SignedIn } from './schemas.js'

export const signUp = defineRoute({
  id: 'authentication.signUp',
  method: 'POST',
  path: '/v1/auth/sign-up/email-password',
  summary: 'Create an account with email address and password',
  access: anyone,
  body: Body(
    { ...Credentials, username: Type.Optional(Username) },
    { examples: [{ email: 'ada@example.com', password: 'Correct-horse-battery-9' }] },
  ),
  status: 201,
  response: SignedIn,
  errors: [
    authenticationErrors.email_already_exists,
    authenticationErrors.second_factor_required,
    userErrors.username_taken,
    ...Object.values(passwordErrors),
  ],
  emits: [userEvents['user.created'], ...signInEvents],
  limits: [
    { by: 'address', requestsMax: 60, windowSeconds: 60, error: authenticationErrors.signup_rate_limited },
  ],
  cookies: true,
})

export const signIn = defineRoute({
  id: 'authentication.signIn',
  method: 'POST',
  path: '/v1/auth/sign-in/email-password',
  summary: 'Sign in with email address and password',
  description:
    'After too many wrong passwords further ones are not looked at for a while, whether or not the account ' +
    'exists. A device on which its owner has signed in before is counted by itself.',
  access: anyone,
  body: Body(Credentials, { examples: [{ email: 'ada@example.com', password: 'Correct-horse-battery-9' }] }),
  status: 200,
  response: SignedIn,
  errors: [
    authenticationErrors.invalid_credentials,
    authenticationErrors.second_factor_required,
    authenticationErrors.signin_rate_limited,
  ],
  emits: [...signInEvents, lockoutEvents['lockout.started']],
  cookies: true,
})

export const refreshSession = defineRoute({
  id: 'authentication.refresh',
  method: 'POST',
  path: '/v1/auth/sessions/refresh',
  summary: 'Mint a fresh session token',
  description:
    'Takes the refresh token from the cookie `__client` or from the body. A refresh token that was ' +
    'replaced more than ten seconds ago ends its session: someone else may hold a copy.',
  access: anyone,
  body: Type.Optional(
    Body(
      { refreshToken: Type.Optional(Type.String({ maxLength: 256 })) },
      { examples: [{ refreshToken: 'AAAAAQ…' }] },
    ),
  ),
  status: 200,
  response: SignedIn,
  errors: [authenticationErrors.invalid_refresh_token],
  emits: [sessionEvents['session.revoked']],
  cookies: true,
})

export const signOut = defineRoute({
  id: 'authentication.signOut',
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'End this session',
  access: user,
  status: 200,
  response: Done,
  errors: [],
  emits: [sessionEvents['session.ended']],
  cookies: true,
})

export const signOutEverywhere = defineRoute({
  id: 'authentication.signOutEverywhere',
  method: 'POST',
  path: '/v1/auth/sign-out/all',
  summary: 'End every session of the signed-in user',
  access: user,
  status: 200,
  response: Type.Object({ ok: Type.Literal(true), ended: Type.Object({ sessions: Type.Integer() }) }),
  errors: [],
  emits: [sessionEvents['session.ended']],
  cookies: true,
})

const Token = Type.String({ minLength: 1, maxLength: 128 })
const NewPassword = Type.String({ minLength: 1, maxLength: 1024 })
const exampleToken = 'ver_3kP…'
const newPasswordErrors = Object.values(passwordErrors)
const isSilent =
  'The answer is the same whether or not the address is known, so that nobody learns who has an account.'

/** Of what an owner who comes for the first time ends. */
const endings = [
  sessionEvents['session.revoked'],
  passkeyEvents['passkey.deleted'],
  identityProviderEvents['identity.unlinked'],
  secondFactorEvents['second_factor.disabled'],
  deviceEvents['device.deleted'],
]

/** Of what sends mail to an address that anyone may name. */
const mailLimits = [
  {
    by: 'address',
    requestsMax: 60,
    windowSeconds: 60,
    error: authenticationErrors.verification_rate_limited,
  },
  {
    by: 'body.email',
    requestsMax: 5,
    windowSeconds: 300,
    error: authenticationErrors.verification_rate_limited,
  },
] as const
const tokenLimits = [
  {
    by: 'address',
    requestsMax: 120,
    windowSeconds: 60,
    error: authenticationErrors.verification_rate_limited,
  },
] as const

const JustEmail = Body({ email: EmailAddress }, { examples: [{ email: 'ada@example.com' }] })

export const requestPasswordReset = defineRoute({
  id: 'authentication.requestPasswordReset',
  method: 'POST',
  path: '/v1/auth/password/reset/request',
  summary: 'Mail a link that sets a new password',
  description: isSilent,
  access: anyone,
  body: JustEmail,
  status: 200,
  response: Done,
  errors: [],
  emits: [emailEvents['email.queued']],
  limits: mailLimits,
})

export const confirmPasswordReset = defineRoute({
  id: 'authentication.confirmPasswordReset',
  method: 'POST',
  path: '/v1/auth/password/reset/confirm',
  summary: 'Set a new password by the token of a mail',
  description:
    'The token works once. Every session of the user ends, and the address counts as verified. Where it was not ' +
    'before, so do passkeys, accounts at identity providers and second factors.',
  access: anyone,
  body: Body(
    { token: Token, newPassword: NewPassword },
    { examples: [{ token: exampleToken, newPassword: 'Correct-horse-battery-9' }] },
  ),
  status: 200,
  response: Done,
  errors: [authenticationErrors.verification_invalid, ...newPasswordErrors],
  emits: [
    userEvents['user.password_changed'],
    userEvents['user.email_verified'],
    userEvents['user.updated'],
    ...endings,
    deviceEvents['device.created'],
    lockoutEvents['lockout.lifted'],
  ],
  limits: tokenLimits,
})

export const changePassword = defineRoute({
  id: 'authentication.changePassword',
  method: 'POST',
  path: '/v1/auth/me/password',
  summary: 'Change the password of the signed-in user',
  description: 'Every other session of the user ends, and so do links and codes in its mail.',
  access: user,
  body: Body(
    { currentPassword: Type.String({ minLength: 1, maxLength: 1024 }), newPassword: NewPassword },
    { examples: [{ currentPassword: 'Correct-horse-battery-9', newPassword: 'Better-horse-battery-10' }] },
  ),
  status: 200,
  response: Done,
  errors: [authenticationErrors.invalid_credentials, ...newPasswordErrors],
  emits: [
    lockoutEvents['lockout.started'],
    userEvents['user.password_changed'],
    sessionEvents['session.revoked'],
  ],
  limits: [
    { by: 'address', requestsMax: 30, windowSeconds: 60, error: authenticationErrors.signin_rate_limited },
  ],
})

export const requestMagicLink = defineRoute({
  id: 'authentication.requestMagicLink',
  method: 'POST',
  path: '/v1/auth/sign-in/magic-link',
  summary: 'Mail a link that signs in',
  description: isSilent,
  access: anyone,
  body: JustEmail,
  status: 200,
  response: Done,
  errors: [],
  emits: [emailEvents['email.queued']],
  limits: mailLimits,
})

const endsEarlier =
  'Where the address was not verified before, every way into the account and its sessions end: who signed up with ' +
  'it may not be who reads its mail.'

export const verifyMagicLink = defineRoute({
  id: 'authentication.verifyMagicLink',
  method: 'POST',
  path: '/v1/auth/magic-link/verify',
  summary: 'Sign in by the token of a mail',
  description: endsEarlier,
  access: anyone,
  body: Body({ token: Token }, { examples: [{ token: exampleToken }] }),
  status: 200,
  response: SignedIn,
  errors: [authenticationErrors.verification_invalid, authenticationErrors.second_factor_required],
  emits: [userEvents['user.email_verified'], userEvents['user.updated'], ...signInEvents, ...endings],
  limits: tokenLimits,
  cookies: true,
})

export const requestEmailCode = defineRoute({
  id: 'authentication.requestEmailCode',
  method: 'POST',
  path: '/v1/auth/sign-in/email-otp',
  summary: 'Mail a code of six digits that signs in',
  description: isSilent,
  access: anyone,
  body: JustEmail,
  status: 200,
  response: Done,
  errors: [],
  emits: [emailEvents['email.queued']],
  limits: mailLimits,
})

export const verifyEmailCode = defineRoute({
  id: 'authentication.verifyEmailCode',
  method: 'POST',
  path: '/v1/auth/email-otp/verify',
  summary: 'Sign in by the code of a mail',
  description: `Ten guesses an address in fifteen minutes, however many codes were sent in between. ${endsEarlier}`,
  access: anyone,
  body: Body(
    { email: EmailAddress, code: Code },
    { examples: [{ email: 'ada@example.com', code: '042137' }] },
  ),
  status: 200,
  response: SignedIn,
  errors: [
    authenticationErrors.verification_invalid,
    authenticationErrors.verification_rate_limited,
    authenticationErrors.second_factor_required,
  ],
  emits: [userEvents['user.email_verified'], userEvents['user.updated'], ...signInEvents, ...endings],
  limits: tokenLimits,
  cookies: true,
})

export const requestSmsCode = defineRoute({
  id: 'authentication.requestSmsCode',
  method: 'POST',
  path: '/v1/auth/sign-in/sms-otp',
  summary: 'Send a code of six digits by SMS that signs in',
  description: 'Only a number that a user has is sent anything. The answer is the same for every other.',
  access: anyone,
  body: Body({ phoneNumber: PhoneNumber }, { examples: [{ phoneNumber: '+4915112345678' }] }),
  status: 200,
  response: Done,
  errors: [],
  emits: [textMessageEvents['text_message.queued']],
  limits: smsLimits,
})

export const verifySmsCode = defineRoute({
  id: 'authentication.verifySmsCode',
  method: 'POST',
  path: '/v1/auth/sms/verify',
  summary: 'Sign in by the code of an SMS',
  description: 'Ten guesses a number in fifteen minutes, however many codes were sent in between.',
  access: anyone,
  body: Body(
    { phoneNumber: PhoneNumber, code: Code },
    { examples: [{ phoneNumber: '+4915112345678', code: '042137' }] },
  ),
  status: 200,
  response: SignedIn,
  errors: [
    authenticationErrors.verification_invalid,
    authenticationErrors.verification_rate_limited,
    authenticationErrors.second_factor_required,
  ],
  emits: [...signInEvents],
  limits: tokenLimits,
  cookies: true,
})

export const requestEmailVerification = defineRoute({
  id: 'authentication.requestEmailVerification',
  method: 'POST',
  path: '/v1/auth/email/verification/request',
  summary: 'Mail a link that verifies the primary address of the signed-in user',
  access: user,
  status: 200,
  response: Done,
  errors: [],
  emits: [emailEvents['email.queued']],
  limits: [
    {
      by: 'address',
      requestsMax: 10,
      windowSeconds: 60,
      error: authenticationErrors.verification_rate_limited,
    },
  ],
})

export const confirmEmailVerification = defineRoute({
  id: 'authentication.confirmEmailVerification',
  method: 'POST',
  path: '/v1/auth/email/verification/confirm',
  summary: 'Verify an address by the token of a mail',
  access: anyone,
  body: Body({ token: Token }, { examples: [{ token: exampleToken }] }),
  status: 200,
  response: Done,
  errors: [authenticationErrors.verification_invalid],
  emits: [userEvents['user.email_verified']],
  limits: tokenLimits,
})
