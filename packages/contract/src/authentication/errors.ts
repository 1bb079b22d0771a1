import Type from 'typebox'
import { defineErrors } from '../define/index.js'

export const passwordErrors = defineErrors({
  password_too_short: {
    status: 400,
    title: 'Password too short',
    detail: 'The password must have at least {lengthMin} characters.',
    message: 'password_too_short',
  },
  password_too_weak: {
    status: 400,
    title: 'Password too weak',
    detail: 'The password lacks {missing}.',
    message: 'password_too_weak',
  },
  password_breached: {
    status: 400,
    title: 'Password breached',
    detail: 'The password is in lists of passwords that leaked elsewhere. Choose another one.',
    message: 'password_breached',
  },
})

export const authenticationErrors = defineErrors({
  email_already_exists: {
    status: 400,
    title: 'Email address taken',
    detail: 'There is an account with this email address. Sign in instead.',
    message: 'email_already_exists',
  },
  invalid_credentials: {
    status: 401,
    title: 'Invalid credentials',
    detail: 'The email address or the password is not right.',
    message: 'invalid_credentials',
  },
  second_factor_required: {
    status: 401,
    title: 'Second factor required',
    detail: 'Prove a second factor with the pending token, which is good for five minutes.',
    message: 'second_factor_required',
    extensions: {
      pendingToken: Type.String({ description: 'Proves that the first factor was right.' }),
      enrolled: Type.Boolean({
        description: 'Whether the user has a second factor, or has to enrol one now.',
      }),
    },
    keepsWork: true,
  },
  invalid_refresh_token: {
    status: 401,
    title: 'Not signed in',
    detail: 'The refresh token is not valid any more. Sign in again.',
    message: 'invalid_refresh_token',
  },
  verification_invalid: {
    status: 401,
    title: 'Link or code not valid',
    detail: 'The link or code is not valid, or not any more. Ask for another one.',
  },
  verification_rate_limited: {
    status: 429,
    title: 'Too many tries',
    detail: 'Too many tries. Try again in {retryAfterSeconds} s.',
  },
  signup_rate_limited: {
    status: 429,
    title: 'Too many sign-ups',
    detail: 'Too many sign-ups from this address. Try again in {retryAfterSeconds} s.',
    message: 'signup_rate_limited',
  },
  signin_rate_limited: {
    status: 429,
    title: 'Too many sign-ins',
    detail: 'Too many attempts to sign in. Try again in {retryAfterSeconds} s.',
    message: 'signin_rate_limited',
  },
})
