import { createPublicKey, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#kernel/clock'
import { parseId } from '#kernel/ids'
import type { Queries } from '#kernel/queries'
import { findPublicKey } from './store.js'

/** How far the clock of a verifier may be off. */
const clockToleranceSeconds = 5
/** For how long a public key is remembered: by then the last session token is over, whatever became of the key. */
const keyMemoryMs = 60_000
const keysMax = 1_000
const verifiedMax = 10_000

interface PublicKey {
  readonly environmentId: string
  readonly algorithm: string
  readonly key: KeyObject
  readonly foundAtMs: number
}

/** What every token of ours says, besides what is its own. */
export interface CommonClaims {
  readonly env: string
  readonly exp: number
  readonly iat: number
}

export interface TokenKind<Claims> {
  /** The type in the header, by which no kind of token is taken for another one (RFC 8725 section 3.11). */
  readonly typ: string
  readonly requiredClaims: readonly (keyof Claims & string)[]
  readonly isWellFormed: (claims: Claims) => boolean
}

/** A token whose signature is right. */
interface Verified<Claims> {
  readonly token: string
  readonly kid: string
  readonly claims: Claims & CommonClaims
}

/** The last 192 bits of its signature. */
const endOf = (token: string) => token.slice(-32)

/**
 * Verifies tokens of one kind, of every environment. The key is found by `kid` among our own and decides algorithm and
 * environment; whatever else a header names (`jwk`, `jku`, `x5u`) is not looked at (RFC 8725 section 3.1).
 */
export function createTokenVerifier<Claims extends object>(
  anywhere: Queries,
  clock: Clock,
  issuer: string,
  { typ, requiredClaims, isWellFormed }: TokenKind<Claims>,
) {
  const keys = new Map<string, PublicKey>()
  // One token is sent many times. That its signature is right does not change while it lives, so it is computed once;
  // key and lifetime are looked at every time, and by the caller what is behind the token.
  // It is kept by its end, which is random as every signature is: to hash all of so long a text for every request takes
  // longer than everything else here.
  const verified = new Map<string, Verified<Claims>>()

  function rememberedKey(kid: string): PublicKey | undefined {
    const known = keys.get(kid)
    return known && clock.now() - known.foundAtMs < keyMemoryMs ? known : undefined
  }

  /** What a token says that was verified before, while it lives and its key is remembered. */
  function findVerified(token: string): (Claims & CommonClaims) | undefined {
    const known = verified.get(endOf(token))
    if (known?.token !== token || !rememberedKey(known.kid)) return undefined
    return known.claims.exp + clockToleranceSeconds > nowSeconds() ? known.claims : undefined
  }

  async function findKey(kid: string): Promise<PublicKey | undefined> {
    const known = rememberedKey(kid)
    if (known) return known
    const foundAtMs = clock.now()
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

  async function verifyAnew(token: string): Promise<(Claims & CommonClaims) | undefined> {
    try {
      const kid = parseId(decodeProtectedHeader(token).kid ?? '')
      const found = kid && (await findKey(kid))
      if (!found) return undefined
      const { payload } = await jwtVerify<Claims & CommonClaims & JWTPayload>(token, found.key, {
        algorithms: [found.algorithm],
        issuer,
        typ,
        requiredClaims: [...requiredClaims, 'env', 'exp', 'iat'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(clock.now()),
      })
      if (payload.env !== found.environmentId || !isWellFormed(payload)) return undefined
      if (verified.size >= verifiedMax) verified.clear()
      verified.set(endOf(token), { token, kid, claims: payload })
      return payload
    } catch (error) {
      // Every way in which a token can be wrong has a code of jose; anything else is not the token's fault.
      if (error instanceof Error && (error as { code?: string }).code?.startsWith('ERR_J')) return undefined
      if (error instanceof TypeError) return undefined
      throw error
    }
  }

  /** What a token says, if it is one of ours and its time is not over; at once where it is known. */
  return (token: string) => findVerified(token) ?? verifyAnew(token)
}
