import { keySetAt } from './key-set.js'
import { revocationListAt } from './revocation-list.js'
import type { Settings } from './settings.js'
import { type Claims, claimsOf, clockToleranceSeconds, numberOf, textOf } from './signed-token.js'
import { type ApiKeyIdentity, refuse, type Verdict } from './verdict.js'
import { member } from './well-known.js'

/** Verifies tokens with the keys of the environment and the list of its revocations, and asks about none. */
export function offlineCheck(settings: Settings) {
  const { baseUrl, environment, issuer, audience, now } = settings
  const place = environment === undefined ? baseUrl : `${baseUrl}/environments/${environment}`
  const keyOf = keySetAt(`${place}/.well-known/jwks.json`, settings)
  const listNow = revocationListAt(`${place}/.well-known/api-keys/revocations`, { ...settings, keyOf })

  return async (credential: string, { scopes }: { readonly scopes: readonly string[] }): Promise<Verdict> => {
    const claims = credential.includes('.') ? await claimsOf(credential, 'at+jwt', keyOf) : undefined
    if (!claims) {
      const isKey = /^k_(live|test)_/.test(credential)
      return refuse(
        'not_found',
        isKey ? { says: 'This API takes tokens: exchange the key for one first.' } : {},
      )
    }
    const token = tokenOf(claims)
    if (claims.iss !== issuer || !token) return refuse('not_found')
    const nowSeconds = now() / 1_000
    if (token.exp + clockToleranceSeconds <= nowSeconds) return refuse('expired')
    if (Math.max(token.iat, token.nbf) > nowSeconds + clockToleranceSeconds) return refuse('not_found')
    const list = await listNow()
    // One that lives longer than the list remembers is none of this server's making.
    if (token.exp - token.iat > list.ageSecondsMax) return refuse('not_found')
    if (list.isRevoked(token.identity.keyId, token.version)) return refuse('revoked')
    if (token.audience !== audience) return refuse('wrong_audience')
    const isEnough = scopes.every((scope) => token.identity.scopes.includes(scope))
    return isEnough ? { identity: token.identity } : refuse('insufficient_scope', { scopes })
  }
}

interface Token {
  readonly identity: ApiKeyIdentity
  readonly version: number
  readonly audience: string | undefined
  readonly iat: number
  readonly exp: number
  readonly nbf: number
}

/** What the claims say, if they are those of a token for a key: session tokens and others are signed by the same keys. */
function tokenOf(claims: Claims): Token | undefined {
  const [iat, exp, version] = ['iat', 'exp', 'key_version'].map((name) => numberOf(claims, name))
  const nbf = 'nbf' in claims ? numberOf(claims, 'nbf') : iat
  const keyId = textOf(claims, 'key_id')
  const scopes = member(claims, 'scp')
  const isToken =
    claims.token_use === 'api_key' &&
    iat !== undefined &&
    exp !== undefined &&
    nbf !== undefined &&
    version !== undefined &&
    keyId !== undefined &&
    Array.isArray(scopes)
  if (!isToken) return undefined
  const identity: ApiKeyIdentity = {
    keyId,
    userId: textOf(claims, 'user_id') ?? null,
    organizationId: textOf(claims, 'org_id') ?? null,
    scopes,
    expiresAt: new Date(exp * 1_000).toISOString(),
    claims,
  }
  return { identity, version, audience: textOf(claims, 'aud'), iat, exp, nbf }
}
