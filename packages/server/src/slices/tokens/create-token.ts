import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail, invalid } from '#kernel/failure'
import { audiencesOf, isManagementAudience } from '#slices/apis'
import { coveredBy, findGrantByAudience, grantOf, scopesOf } from '#slices/applications'
import { signAccessToken } from './access-token.js'

/** Makes an access token for an API that the application may use, with the scopes it asks for, or all it may have. */
export const createToken = implement(api.tokens.createToken).handler(async (call, { body }) => {
  if (body.grant_type !== 'client_credentials') throw fail(errors.unsupported_grant_type)
  const { id, type } = call.principal
  if (type !== 'm2m') throw fail(errors.unauthorized_client, { type })
  const audience = audienceIn(body)
  const isManagement = isManagementAudience(call.publicUrl, audience)
  const row = await findGrantByAudience(call.read, id, isManagement ? null : audience)
  if (!row) throw fail(errors.access_denied, { audience })
  const scopes = scopesFor(grantOf(row), body.scope)
  const { token, lifetimeSeconds } = await signAccessToken(call, {
    apiId: row.api_id,
    audiences: audiencesOf(call.publicUrl, row),
    scopes,
  })
  return {
    access_token: token,
    token_type: 'Bearer' as const,
    expires_in: lifetimeSeconds,
    scope: scopes.join(' '),
  }
})

/** The API has two names in two standards; who says both must mean the same. */
function audienceIn({ audience, resource }: { audience?: string; resource?: string }): string {
  const named = audience ?? resource
  if (named === undefined) {
    throw invalid(errors.invalid_request, [
      {
        pointer: '/audience',
        code: 'required',
        detail: 'is missing: it names the API that the token is for',
      },
    ])
  }
  if (resource !== undefined && resource !== named) {
    throw invalid(errors.invalid_request, [
      { pointer: '/resource', code: 'mismatch', detail: 'names another API than audience' },
    ])
  }
  return named
}

function scopesFor(grant: ReturnType<typeof grantOf>, wanted = ''): readonly string[] {
  const asked = [...new Set(wanted.split(/\s+/).filter((scope) => scope !== ''))]
  if (asked.length === 0) return scopesOf(grant)
  const covered = coveredBy(grant, asked)
  const missing = asked.find((scope) => !covered.includes(scope))
  if (missing !== undefined) throw fail(errors.invalid_scope, { scope: missing })
  return covered
}
