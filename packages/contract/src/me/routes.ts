import Type from 'typebox'
import { authenticationErrors } from '../authentication/errors.js'
import { smsLimits } from '../authentication/limits.js'
import { Code } from '../authentication/schemas.js'
import {
  Body,
  Done,
  defineRoute,
  Metadata,
  Nullable,
  Page,
  PhoneNumber,
  pageQuery,
  user,
  Wrapped,
} from '../define/index.js'
import { sessionErrors } from '../sessions/errors.js'
import { sessionEvents } from '../sessions/events.js'
import { Session } from '../sessions/schemas.js'
import { textMessageEvents } from '../text-messages/events.js'
import { userErrors } from '../users/errors.js'
import { userEvents } from '../users/events.js'
import { Username } from '../users/schemas.js'
import { Me } from './schemas.js'

export const getMe = defineRoute({
  id: 'me.get',
  method: 'GET',
  path: '/v1/me',
  summary: 'Get the signed-in user',
  access: user,
  status: 200,
  response: Wrapped('user', Me),
  errors: [],
  emits: [],
})

export const updateMe = defineRoute({
  id: 'me.update',
  method: 'PATCH',
  path: '/v1/me',
  summary: 'Change the username or the unsafe metadata of the signed-in user',
  access: user,
  body: Body(
    {
      username: Type.Optional(Nullable(Username)),
      unsafeMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
    },
    { examples: [{ unsafeMetadata: { theme: 'dark' } }] },
  ),
  status: 200,
  response: Wrapped('user', Me),
  errors: [userErrors.username_taken, userErrors.metadata_too_large],
  emits: [userEvents['user.updated']],
  idempotent: true,
})

export const listMySessions = defineRoute({
  id: 'me.listSessions',
  method: 'GET',
  path: '/v1/me/sessions',
  summary: 'List the sessions of the signed-in user, newest first',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('sessions', Session),
  errors: [],
  emits: [],
})

export const revokeMySession = defineRoute({
  id: 'me.revokeSession',
  method: 'POST',
  path: '/v1/me/sessions/:sessionId/revoke',
  summary: 'End one of the signed-in user’s sessions',
  access: user,
  params: { sessionId: sessionErrors.session_not_found },
  status: 200,
  response: Wrapped('session', Session),
  errors: [],
  emits: [sessionEvents['session.revoked']],
  idempotent: true,
})

const tooMany = authenticationErrors.verification_rate_limited

export const requestMyPhoneNumber = defineRoute({
  id: 'me.requestPhoneNumber',
  method: 'POST',
  path: '/v1/auth/me/phone-number',
  summary: 'Send a code by SMS to the number that the signed-in user wants to have',
  description:
    'Where somebody else has the number the answer is the same, nothing is sent, and no code works.',
  access: user,
  body: Body({ phoneNumber: PhoneNumber }, { examples: [{ phoneNumber: '+4915112345678' }] }),
  status: 200,
  response: Done,
  errors: [],
  emits: [textMessageEvents['text_message.queued']],
  limits: [...smsLimits, { by: 'user', requestsMax: 5, windowSeconds: 900, error: tooMany }],
})

export const verifyMyPhoneNumber = defineRoute({
  id: 'me.verifyPhoneNumber',
  method: 'POST',
  path: '/v1/auth/me/phone-number/verify',
  summary: 'Take a phone number over by the code that was sent to it',
  description: 'It takes the place of the number that the user had, and signs in from now on.',
  access: user,
  body: Body(
    { phoneNumber: PhoneNumber, code: Code },
    { examples: [{ phoneNumber: '+4915112345678', code: '042137' }] },
  ),
  status: 200,
  response: Wrapped('user', Me),
  errors: [authenticationErrors.verification_invalid, tooMany],
  emits: [userEvents['user.phone_number_verified']],
  limits: [{ by: 'user', requestsMax: 30, windowSeconds: 900, error: tooMany }],
})

export const deleteMyPhoneNumber = defineRoute({
  id: 'me.deletePhoneNumber',
  method: 'DELETE',
  path: '/v1/auth/me/phone-number',
  summary: 'Give up the phone number of the signed-in user',
  description: 'Sessions that it began stay; it signs nobody in any more.',
  access: user,
  status: 200,
  response: Wrapped('user', Me),
  errors: [],
  emits: [userEvents['user.updated']],
})
