import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findSession, presentSession, revokeOneSession } from '#slices/sessions'

/** Ends one of the signed-in user's sessions; somebody else's is as unknown as none. */
export const revokeMySession = implement(api.me.revokeMySession).handler(async (call, { params }) => {
  const row = await call.tx(async (tx) => {
    const session = await findSession(tx, params.sessionId)
    if (session?.user_id !== call.principal.id) throw fail(errors.session_not_found)
    await revokeOneSession(call, tx, session.id, 'revoked')
    return (await findSession(tx, session.id)) ?? session
  })
  return { session: presentSession(row) }
})
