import type { Clock } from '#kernel/clock'
import type { LookUps } from '#kernel/look-up'
import type { ApplicationPrincipal, Environment } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { coveredBy, type Grant, permissionsOf } from '#slices/applications'
import { environmentOf } from '#slices/projects'
import { type AccessTokenClaims, createAccessTokenVerifier } from './access-token.js'
import * as store from './store.js'

export interface RecognizedToken {
  readonly claims: AccessTokenClaims & { readonly iat: number; readonly exp: number }
  readonly principal: ApplicationPrincipal
  readonly environment: Environment
}

export interface TokenReader {
  /** What a token says, if it is one of ours and its time is not over; whatever became of it meanwhile. */
  verify(token: string): Promise<RecognizedToken['claims'] | undefined>
  /** Whose token it is and what it is good for at this instant; undefined for one that is good for nothing. */
  recognize(token: string): Promise<RecognizedToken | undefined>
}

/** What all requests with one token share that come together. */
interface Found {
  readonly token: store.FoundToken
  readonly environment: Environment
}

interface Power extends Pick<ApplicationPrincipal, 'isManagement' | 'scopes' | 'permissions'> {
  /** What its application was allowed when this was found out. */
  readonly allowed: string | null
}

/**
 * Recognises access tokens. Other services may trust one until it expires; this server looks on every request whether
 * its application is enabled and may still use the API, and whether the token was revoked, so that all of this is in
 * force at once, on every node.
 */
export function createTokenReader(
  anywhere: Queries,
  lookUps: LookUps,
  clock: Clock,
  issuer: string,
): TokenReader {
  const verify = createAccessTokenVerifier(anywhere, clock, issuer)
  const find = lookUps(store.byClaims((token): Found => ({ token, environment: environmentOf(token) })))

  // What a token may do follows from itself, which does not change, and from what its application is allowed.
  const powers = new WeakMap<AccessTokenClaims, Power>()

  function powerOf(
    claims: AccessTokenClaims,
    { is_management: isManagement, scopes: all }: store.FoundToken,
  ) {
    const allowed = all?.join(' ') ?? null
    const known = powers.get(claims)
    if (known?.allowed === allowed && known.isManagement === isManagement) return known
    const grant = { isManagement, scopes: all }
    const scopes = coveredBy(grant, claims.scp)
    const power: Power = { isManagement, allowed, scopes, permissions: permissionsUnder(grant, scopes) }
    powers.set(claims, power)
    return power
  }

  return {
    verify: async (token) => verify(token),
    async recognize(token) {
      const verifying = verify(token)
      // Of one that is known nothing is waited for, so that it is looked up together with what it is sent for.
      const claims = verifying instanceof Promise ? await verifying : verifying
      const found = claims && (await find(claims))
      if (!found) return undefined
      const { sub: id, api: apiId, jti } = claims
      const { isManagement, scopes, permissions } = powerOf(claims, found.token)
      const principal: ApplicationPrincipal = {
        kind: 'application',
        id,
        permissions,
        apiId,
        isManagement,
        scopes,
        jti,
      }
      return { claims, principal, environment: found.environment }
    },
  }
}

/** What scopes let an application do on this server: of an API of the customer's own, to verify its keys. */
export function permissionsUnder(
  { isManagement }: Pick<Grant, 'isManagement'>,
  scopes: readonly string[],
): readonly string[] {
  return permissionsOf(isManagement ? scopes : [])
}
