import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentSession } from './present.js'
import * as store from './store.js'

/** Answers one session. */
export const getSession = implement(api.sessions.getSession).handler(async (call, { params }) => {
  const row = await store.findSession(call.read, params.sessionId)
  if (!row) throw fail(errors.session_not_found)
  return { session: presentSession(row) }
})
