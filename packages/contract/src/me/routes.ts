import Type from 'typebox'
import { Body, defineRoute, Metadata, Nullable, Page, pageQuery, user, Wrapped } from '../define/index.js'
import { sessionErrors } from '../sessions/errors.js'
import { sessionEvents } from '../sessions/events.js'
import { Session } from '../sessions/schemas.js'
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
