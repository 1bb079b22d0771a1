import type { Call } from '#kernel/call'
import type { Clock } from '#kernel/clock'
import { parseId } from '#kernel/ids'
import type { Queries } from '#kernel/queries'
import { createTokenVerifier, signToken } from '#slices/signing-keys'
import { tokenLifetimeOf } from './session.js'

/** What a session token says; the claims that services read. */
export interface SessionClaims {
  readonly sid: string
  readonly sub: string
  readonly env: string
  readonly org?: string
  readonly org_role?: string
}

const typ = 'JWT'

/** Signs a session token with the current key of the environment. */
export function signSessionToken(
  call: Call,
  claims: SessionClaims,
): Promise<{ token: string; expiresAtMs: number }> {
  return signToken(call, typ, { ...claims }, tokenLifetimeOf(call.environment))
}

/** Verifies session tokens of every environment; what is behind one is for the caller to look at. */
export function createSessionTokenVerifier(anywhere: Queries, clock: Clock, issuer: string) {
  return createTokenVerifier<SessionClaims>(anywhere, clock, issuer, {
    typ,
    requiredClaims: ['sid', 'sub'],
    isWellFormed: ({ sid, sub }) => parseId(sid) !== undefined && parseId(sub) !== undefined,
  })
}
