import { createPublicKey, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import type { Call } from '#kernel/call'
import type { Clock } from '#kernel/clock'
import { parseId } from '#kernel/ids'
import type { Queries } from '#kernel/queries'
import { currentSigner, findPublicKey } from '#slices/signing-keys'
import { tokenLifetimeOf, tokenLifetimeSeconds } from './session.js'

/** What a session token says; the claims that services read. */
export interface SessionClaims {
  readonly sid: string
  readonly sub: string
  readonly env: string
  readonly org?: string
  readonly org_role?: string
}

/** How far the clock of a verifier may be off. */
const clockToleranceSeconds = 5
/** For how long a public key is remembered: by then the last token of a user is over, whatever became of the key. */
const keyMemoryMs = tokenLifetimeSeconds * 1_000

/** Signs a session token (RFC 7519) with the current key of the environment. */
export async function signSessionToken(
  call: Call,
  claims: SessionClaims,
): Promise<{ token: string; expiresAtMs: number }> {
  const signer = await currentSigner(call)
  const issuedAt = Math.floor(call.clock.now() / 1_000)
  const expiresAt = issuedAt + tokenLifetimeOf(call.environment)
  const token = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: signer.algorithm, kid: signer.keyId, typ: 'JWT' })
    .setIssuer(call.publicUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signer.privateKey)
  return { token, expiresAtMs: expiresAt * 1_000 }
}

interface PublicKey {
  readonly environmentId: string
  readonly algorithm: string
  readonly key: KeyObject
  readonly foundAtMs: number
}

/**
 * Verifies session tokens of every environment. The key is found by `kid` among our own and decides algorithm
 * and environment; whatever else a header names (`jwk`, `jku`, `x5u`) is not looked at (RFC 8725 section 3.1).
 */
export function createTokenVerifier(anywhere: Queries, clock: Clock, issuer: string) {
  const keys = new Map<string, PublicKey>()
  const keysMax = 1_000
  // A browser sends one token many times. That its signature is right does not change while it lives, so it is
  // computed once; key, lifetime and the session behind it are looked at every time.
  const verified = new Map<string, SessionClaims & { readonly exp: number }>()
  const verifiedMax = 10_000

  async function findKey(kid: string): Promise<PublicKey | undefined> {
    const known = keys.get(kid)
    const foundAtMs = clock.now()
    if (known && foundAtMs - known.foundAtMs < keyMemoryMs) return known
    const row = await findPublicKey(anywhere, kid)
    // One that has left the key set is as unknown as any other, also to a node that knew it.
    keys.delete(kid)
    if (!row) return undefined
    const key = createPublicKey({ key: row.public_jwk as never, format: 'jwk' })
    if (keys.size >= keysMax) keys.clear()
    const found = { environmentId: row.environment_id, algorithm: row.algorithm, key, foundAtMs }
    keys.set(kid, found)
    return found
  }

  const nowSeconds = () => Math.floor(clock.now() / 1_000)

  return async function verify(token: string): Promise<SessionClaims | undefined> {
    try {
      const kid = parseId(decodeProtectedHeader(token).kid ?? '')
      const found = kid && (await findKey(kid))
      if (!found) return undefined
      const known = verified.get(token)
      if (known) return known.exp + clockToleranceSeconds > nowSeconds() ? known : undefined
      const { payload } = await jwtVerify<SessionClaims & { exp: number }>(token, found.key, {
        algorithms: [found.algorithm],
        issuer,
        typ: 'JWT',
        requiredClaims: ['sid', 'sub', 'env', 'exp'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(clock.now()),
      })
      const wellFormed = payload.env === found.environmentId && parseId(payload.sid) && parseId(payload.sub)
      if (!wellFormed) return undefined
      if (verified.size >= verifiedMax) verified.clear()
      verified.set(token, payload)
      return payload
    } catch (error) {
      // Every way in which a token can be wrong has a code of jose; anything else is not the token's fault.
      if (error instanceof Error && (error as { code?: string }).code?.startsWith('ERR_J')) return undefined
      if (error instanceof TypeError) return undefined
      throw error
    }
  }
}
