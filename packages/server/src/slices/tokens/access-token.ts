import type { Call } from '#kernel/call'
import type { Clock } from '#kernel/clock'
import { newId, parseId } from '#kernel/ids'
import type { ClientPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { createTokenVerifier, signToken } from '#slices/signing-keys'

/** What an access token says (RFC 9068 section 2.2): the application for both subject and client. */
export interface AccessTokenClaims {
  readonly sub: string
  readonly client_id: string
  readonly aud: readonly string[]
  readonly scope: string
  /** The same once more as a list, which some verifiers read. */
  readonly scp: readonly string[]
  readonly jti: string
  readonly env: string
  /** The id of the API. Its audience could be another one's later, once it is deleted. */
  readonly api: string
}

const typ = 'at+jwt'

/** Signs an access token for an API; answers it with its lifetime in seconds. */
export async function signAccessToken(
  call: Call<ClientPrincipal>,
  { apiId, audiences, scopes }: { apiId: string; audiences: readonly string[]; scopes: readonly string[] },
): Promise<{ token: string; lifetimeSeconds: number }> {
  const { id, tokenLifetimeSeconds: lifetimeSeconds } = call.principal
  const claims: AccessTokenClaims = {
    sub: id,
    client_id: id,
    aud: audiences,
    scope: scopes.join(' '),
    scp: scopes,
    jti: newId(),
    env: call.environment.id,
    api: apiId,
  }
  const { token } = await signToken(call, typ, { ...claims, aud: [...audiences] }, lifetimeSeconds)
  return { token, lifetimeSeconds }
}

/** Verifies access tokens of every environment; whether one is still good is for the caller to look up. */
export function createAccessTokenVerifier(anywhere: Queries, clock: Clock, issuer: string) {
  return createTokenVerifier<AccessTokenClaims>(anywhere, clock, issuer, {
    typ,
    requiredClaims: ['sub', 'client_id', 'aud', 'jti', 'scp', 'api'],
    isWellFormed: ({ sub, jti, api, scp }) =>
      [sub, jti, api].every((id) => parseId(id) !== undefined) && Array.isArray(scp),
  })
}
