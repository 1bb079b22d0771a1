import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { revokeOneSession } from './end.js'
import { presentSession } from './present.js'
import * as store from './store.js'

/** Ends a session; the next request of its client is refused, and its refresh token is worth nothing. */
export const revokeSession = implement(api.sessions.revokeSession).handler(async (call, { params }) => {
  const row = await call.tx(async (tx) => {
    await revokeOneSession(call, tx, params.sessionId, 'revoked')
    return store.findSession(tx, params.sessionId)
  })
  if (!row) throw fail(errors.session_not_found)
  return { session: presentSession(row) }
})
