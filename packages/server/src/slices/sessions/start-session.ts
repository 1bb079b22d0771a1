import type { SignedIn } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { isoTime } from '#kernel/clock'
import { cookiesOf } from '#kernel/cookie-names'
import { newId } from '#kernel/ids'
import { isOfInstance } from '#kernel/instance-environment'
import type { Transaction } from '#kernel/queries'
import { recognizeDevice } from '#slices/devices'
import { endSignedOut } from './end.js'
import { presentSession } from './present.js'
import { readRefreshToken, refreshToken } from './refresh-token.js'
import { askForSecondFactor } from './second-factor.js'
import { tokenLifetimeOf } from './session.js'
import { signSessionToken } from './session-token.js'
import * as store from './store.js'

/**
 * Starts a session for a user who has just proved who it is. Always a new one: nothing can be fixed beforehand.
 * Unless the proof counts as a second factor, too, it is refused with `second_factor_required` where one is asked for.
 */
export async function startSession(
  call: Call,
  tx: Transaction,
  userId: string,
  options: { readonly secondFactor?: 'verified'; readonly isNewUser?: boolean } = {},
): Promise<store.SessionRow> {
  if (options.secondFactor !== 'verified') await askForSecondFactor(call, tx, userId)
  await endReplacedSession(call, tx)
  // The device that an account was made on is no news to its owner.
  const deviceId = await recognizeDevice(call, tx, userId, { tellOwner: !options.isNewUser })
  const { ipAddress, userAgent } = call.client
  const { sessionLifetimeSeconds: lifetimeSeconds, sessionIdleSeconds: idleSeconds } =
    call.environment.settings
  const session = await store.insertSession(tx, {
    id: newId(),
    userId,
    lifetimeSeconds,
    idleSeconds,
    deviceId,
    ipAddress,
    userAgent,
  })
  await call.record(tx, 'session.created', { session: presentSession(session) })
  return session
}

/** A browser that signs in again leaves no session behind that nobody can sign out of any more. */
async function endReplacedSession(call: Call, tx: Transaction): Promise<void> {
  const token = call.client.cookies[cookiesOf(call).client]
  const replaced = token === undefined ? undefined : await readRefreshToken(call, token)
  if (replaced) await endSignedOut(call, tx, { id: replaced.sessionId })
}

/** The tokens of a session, in the answer and in the cookies of a browser. */
export async function signedIn(call: Call, session: store.SessionRow): Promise<SignedIn> {
  const [{ token, expiresAtMs }, refresh] = await Promise.all([
    signSessionToken(call, {
      sid: session.id,
      sub: session.user_id,
      env: call.environment.id,
      ...(session.active_organization_id && { org: session.active_organization_id }),
      ...(session.role && { org_role: session.role }),
    }),
    refreshToken(call, session.id, session.refresh_generation),
  ])
  const maxAgeSeconds = Math.max(1, Math.floor((Date.parse(session.expires_at) - call.clock.now()) / 1_000))
  setCookies(call, { token, tokenSeconds: tokenLifetimeOf(call.environment), refresh, maxAgeSeconds })
  return {
    userId: session.user_id,
    sessionId: session.id,
    sessionToken: token,
    sessionTokenExpiresAt: isoTime(expiresAtMs),
    refreshToken: refresh,
    expiresAt: session.expires_at,
  }
}

/** Takes the cookies of a session away from a browser. */
export function forgetCookies(call: Call): void {
  setCookies(call, { token: '', tokenSeconds: 0, refresh: '', maxAgeSeconds: 0 })
}

/** Scripts read the session token of a user, and nothing of an administrator. */
function setCookies(
  call: Call,
  values: { token: string; tokenSeconds: number; refresh: string; maxAgeSeconds: number },
): void {
  const { token, tokenSeconds, refresh, maxAgeSeconds } = values
  const { session, client } = cookiesOf(call)
  const kept = { readable: false, sameSite: 'lax' } as const
  const shown = isOfInstance(call.environment) ? kept : ({ readable: true, sameSite: 'none' } as const)
  call.setCookie({ name: client, value: refresh, maxAgeSeconds, ...kept })
  call.setCookie({ name: session, value: token, maxAgeSeconds: tokenSeconds, ...shown })
}
