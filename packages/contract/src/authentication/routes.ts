import Type from 'typebox'
import { anyone, Body, Done, defineRoute, user } from '../define/index.js'
import { sessionEvents } from '../sessions/events.js'
import { userErrors } from '../users/errors.js'
import { userEvents } from '../users/events.js'
import { Username } from '../users/schemas.js'
import { authenticationErrors, passwordErrors } from './errors.js'
import { Credentials, SignedIn } from './schemas.js'

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
    passwordErrors.password_too_short,
    passwordErrors.password_too_weak,
  ],
  emits: [userEvents['user.created'], sessionEvents['session.created']],
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
  access: anyone,
  body: Body(Credentials, { examples: [{ email: 'ada@example.com', password: 'Correct-horse-battery-9' }] }),
  status: 200,
  response: SignedIn,
  errors: [authenticationErrors.invalid_credentials, authenticationErrors.second_factor_required],
  emits: [sessionEvents['session.created']],
  limits: [
    { by: 'address', requestsMax: 120, windowSeconds: 60, error: authenticationErrors.signin_rate_limited },
    { by: 'body.email', requestsMax: 10, windowSeconds: 60, error: authenticationErrors.signin_rate_limited },
  ],
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
