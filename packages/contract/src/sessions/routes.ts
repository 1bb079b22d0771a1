import Type from 'typebox'
import { backend, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { sessionErrors } from './errors.js'
import { sessionEvents } from './events.js'
import { Session, SessionStatus } from './schemas.js'

const known = { sessionId: sessionErrors.session_not_found }

export const listSessions = defineRoute({
  id: 'sessions.list',
  method: 'GET',
  path: '/v1/admin/sessions',
  summary: 'List sessions, newest first',
  access: backend('sessions:read'),
  query: Type.Object({
    ...pageQuery,
    userId: Type.Optional(Type.String({ maxLength: 64, description: 'Only of this user.' })),
    status: Type.Optional(SessionStatus),
  }),
  status: 200,
  response: Page('sessions', Session),
  errors: [],
  emits: [],
})

export const getSession = defineRoute({
  id: 'sessions.get',
  method: 'GET',
  path: '/v1/admin/sessions/:sessionId',
  summary: 'Get a session',
  access: backend('sessions:read'),
  params: known,
  status: 200,
  response: Wrapped('session', Session),
  errors: [],
  emits: [],
})

export const revokeSession = defineRoute({
  id: 'sessions.revoke',
  method: 'POST',
  path: '/v1/admin/sessions/:sessionId/revoke',
  summary: 'End a session',
  description:
    'The next request of that client is refused. A session that is over already stays as it ended.',
  access: backend('sessions:write'),
  params: known,
  status: 200,
  response: Wrapped('session', Session),
  errors: [],
  emits: [sessionEvents['session.revoked']],
  idempotent: true,
})
