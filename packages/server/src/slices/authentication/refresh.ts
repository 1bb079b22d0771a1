import { api, errors } from '@claviger/contract'
import { cookiesOf } from '#kernel/cookie-names'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import {
  forgetCookies,
  judgeRefresh,
  lockSession,
  readRefreshToken,
  revokeOneSession,
  rotateRefresh,
  signedIn,
} from '#slices/sessions'

/**
 * Mints a session token from a refresh token, and replaces that. A token that was replaced before its time ends
 * the session (RFC 9700 section 4.14.2): of its two holders, one is not the user.
 */
export const refresh = implement(api.authentication.refreshSession).handler(async (call, { body }) => {
  const token = body?.refreshToken ?? call.client.cookies[cookiesOf(call).client]
  const presented = token === undefined ? undefined : await readRefreshToken(call, token)
  const session =
    presented &&
    (await call.tx(async (tx) => {
      const current = await lockSession(tx, presented.sessionId)
      if (current?.status !== 'active') return undefined
      const { refresh_generation, seconds_since_refresh } = current
      switch (judgeRefresh(presented.generation, refresh_generation, seconds_since_refresh)) {
        case 'rotate':
          return rotateRefresh(tx, current.id)
        case 'repeat':
          return current
        case 'reuse':
          // Must take effect although the request is refused, so nothing is thrown in here.
          await revokeOneSession(call, tx, current.id, 'refresh_token_reused')
          return undefined
      }
    }))
  if (!session) {
    forgetCookies(call)
    throw fail(errors.invalid_refresh_token)
  }
  return signedIn(call, session)
})
