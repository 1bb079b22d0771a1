import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { coveredBy, findGrant, grantOf } from '#slices/applications'
import type { TokenReader } from './recognize-token.js'

const inactive = { active: false }

/** Tells what a token is to its own client and to those that may use its API; to all others it is no token. */
export const introspectToken = (reader: TokenReader) =>
  implement(api.tokens.introspectToken).handler(async (call, { body }) => {
    const found = await reader.recognize(body.token)
    if (found?.environment.id !== call.environment.id) return inactive
    const { claims } = found
    const [grant, ownGrant] = await Promise.all([
      findGrant(call.read, claims.sub, claims.api),
      findGrant(call.read, call.principal.id, claims.api),
    ])
    if (!grant || (claims.sub !== call.principal.id && !ownGrant)) return inactive
    return {
      active: true,
      scope: coveredBy(grantOf(grant), claims.scp).join(' '),
      client_id: claims.client_id,
      token_type: 'Bearer' as const,
      exp: claims.exp,
      iat: claims.iat,
      sub: claims.sub,
      aud: [...claims.aud],
      iss: call.publicUrl,
      jti: claims.jti,
    }
  })
