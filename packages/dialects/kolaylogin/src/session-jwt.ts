import { createRemoteJWKSet, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose'
import { DEFAULT_API_BASE_URL } from './base-url.js'

/** Path of the public keys on any server that speaks this API. */
export const JWKS_PATH = '/.well-known/jwks.json'

/** Public keys of the hosted KolayLogin API. A caller of Claviger gives the URL of its own server instead. */
export const DEFAULT_JWKS_URL = `${DEFAULT_API_BASE_URL}${JWKS_PATH}` as const

/** What a session JWT says. Times are in seconds since 1970. */
export type SessionClaims = {
  /** Id of the session. */
  sid: string
  /** Id of the user. */
  sub: string
  /** Id of the environment. */
  env: string
  /** Id of the organization that the user works in, if any. */
  org?: string
  /** Role of the user in that organization. */
  org_role?: string
  iat?: number
  exp?: number
  iss?: string
  aud?: string | string[]
}

/** Options of `verifySessionJwt`. */
export type VerifySessionJwtOptions = {
  /** Where the public keys are. Default: `DEFAULT_JWKS_URL`. */
  jwksUrl?: string | undefined
  /** The `iss` that a token must have. Without it any issuer passes whose key is in the set. */
  issuer?: string | undefined
  /** An `aud` that a token must have. Without it any audience passes. */
  audience?: string | undefined
  /** How far the clocks of the two machines may differ, in seconds. Default: 0. */
  clockToleranceSeconds?: number | undefined
}

/**
 * Verifies the signature and the lifetime of a session JWT, and that it is one: it has a `sid`.
 *
 * The public keys are fetched once and kept for up to a minute, for each URL. A token that names a key which
 * is not among them makes it look again, so a new key counts at once.
 *
 * @param token The JWT, as the cookie `__session` holds it.
 * @param opts Where the keys are, and what else the token must say.
 * @throws The error of `jose`, by its name: `JWTExpired`, `JWTClaimValidationFailed`,
 *   `JWSSignatureVerificationFailed`, `JWKSNoMatchingKey`, `JWSInvalid`, … A key set that cannot be fetched
 *   throws as well.
 */
export async function verifySessionJwt(
  token: string,
  opts: VerifySessionJwtOptions = {},
): Promise<SessionClaims> {
  const keys = publicKeysAt(new URL(opts.jwksUrl ?? DEFAULT_JWKS_URL))
  // Pinned, so that the token does not choose how it is verified (RFC 8725, section 3.1).
  // The keys sign access tokens of applications as well, which are of no session.
  const required: JWTVerifyOptions = { algorithms: ['ES256', 'RS256'], requiredClaims: ['sid'] }
  // A blank setting, such as an environment variable without a value, asks for nothing.
  if (opts.issuer) required.issuer = opts.issuer
  if (opts.audience) required.audience = opts.audience
  if (opts.clockToleranceSeconds !== undefined) required.clockTolerance = opts.clockToleranceSeconds
  const { payload } = await jwtVerify<SessionClaims>(token, keys, required)
  return payload
}

/** As long as a session JWT lives, so that a withdrawn key outlives no token that it signed honestly. */
const KEYS_AGE_MAX_MS = 60_000

/** Far more than the few servers that one process talks to; it bounds a caller that makes up URLs. */
const KEY_SETS_MAX = 100

const keySets = new Map<string, JWTVerifyGetKey>()

function publicKeysAt(url: URL): JWTVerifyGetKey {
  const known = keySets.get(url.href)
  if (known) return known
  // No cool-down between look-ups: a token may be signed with a key that was published a moment ago.
  const keys = createRemoteJWKSet(url, { cacheMaxAge: KEYS_AGE_MAX_MS, cooldownDuration: 0 })
  const [oldest] = keySets.keys()
  if (oldest !== undefined && keySets.size >= KEY_SETS_MAX) keySets.delete(oldest)
  keySets.set(url.href, keys)
  return keys
}
