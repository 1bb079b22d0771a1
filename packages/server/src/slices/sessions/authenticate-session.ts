import type { Call } from '#kernel/call'
import type { Clock } from '#kernel/clock'
import { coalesce } from '#kernel/coalesce'
import { inOrderOf } from '#kernel/group-by'
import type { Environment, UserPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { environmentOf } from '#slices/projects'
import { readRefreshToken } from './refresh-token.js'
import { createSessionTokenVerifier } from './session-token.js'
import * as store from './store.js'

/**
 * Recognises session tokens. Other services may trust a token for its sixty seconds; this server looks at the
 * session behind it on every request, so that one which was revoked is refused at once.
 */
export function createSessionAuthenticator(anywhere: Queries, clock: Clock, issuer: string) {
  const verify = createSessionTokenVerifier(anywhere, clock, issuer)
  const find = coalesce<{ environmentId: string; id: string }, store.FoundSession>(
    async (wanted) => {
      const ids = wanted.map(({ id }) => id)
      return inOrderOf(ids, await store.findSessions(anywhere, wanted), ({ id }) => id)
    },
    { inFlightMax: 2 },
  )

  return async function session(
    token: string,
  ): Promise<{ principal: UserPrincipal; environment: Environment } | undefined> {
    const claims = await verify(token)
    const found = claims && (await find({ environmentId: claims.env, id: claims.sid }))
    if (!found?.active || found.user_id !== claims?.sub) return undefined
    return {
      principal: {
        kind: 'user',
        id: found.user_id,
        sessionId: found.id,
        organizationId: found.active_organization_id,
        role: found.role,
      },
      environment: environmentOf(found),
    }
  }
}

/** Recognises the browser of a session by its refresh token; one that is two behind was copied. */
export async function recognizeBrowser(call: Call, refreshToken: string): Promise<UserPrincipal | undefined> {
  const presented = await readRefreshToken(call, refreshToken)
  const session = presented && (await store.findSession(call.read, presented.sessionId))
  if (!presented || session?.status !== 'active' || presented.generation < session.refresh_generation - 1)
    return undefined
  const { id: sessionId, user_id: id, active_organization_id: organizationId, role } = session
  return { kind: 'user', id, sessionId, organizationId, role }
}
