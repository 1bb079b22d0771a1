import { api, type DialectRoute, Refusal, type Verification } from '@claviger/contract'
import { badCredential, invalid } from './errors.js'
import { apiKeyId, idOrNull, orgCode, userId } from './ids.js'
import { kindeStatus } from './key.js'

const messages = {
  valid: 'API key verified',
  not_found: 'There is no such API key',
  revoked: 'The API key was revoked',
  expired: 'The API key is past its end',
  disabled: 'The API key is disabled',
  owner_disabled: 'The owner of the API key may not use it',
  wrong_audience: 'The API key is for another API',
  insufficient_scope: 'The API key lacks a scope',
  ip_refused: 'The API key may not be used from this address',
  rate_limited: 'The API key was used too often; try again in a moment',
  credits_exhausted: 'The API key has no credits left',
} as const satisfies Record<Verification['code'], string>

/** Every request of a customer's API waits for this one: it does nothing but what it answers. */
export const verifyApiKey: DialectRoute = {
  method: 'POST',
  path: '/api/v1/api_keys/verify',
  async handle({ body }, call) {
    const apiKey = (body as { api_key?: unknown } | undefined)?.api_key
    const { verification } = await call(api.apiKeys.verifyApiKey, {
      body: { apiKey: apiKey as string },
    }).catch((refusal: unknown) => {
      throw explained(refusal, apiKey)
    })
    return { status: 200, body: verified(verification) }
  },
}

/** All ten fields of Kinde's answer, always. A key that is not valid has no scope that anybody could go by. */
function verified({ valid, code, apiKey }: Verification) {
  return {
    code: valid ? 'API_KEY_VERIFIED' : 'API_KEY_INVALID',
    message: messages[code],
    is_valid: valid,
    key_id: apiKey && apiKeyId.of(apiKey.id),
    status: apiKey && kindeStatus(apiKey.status),
    scopes: valid && apiKey ? apiKey.scopes : [],
    org_code: apiKey && idOrNull(orgCode, apiKey.organizationId),
    user_id: apiKey && idOrNull(userId, apiKey.userId),
    last_verified_on: apiKey && apiKey.lastVerifiedAt,
    verification_count: apiKey ? apiKey.verificationCount : 0,
  }
}

/** Whoever may not verify is 401 here, and whoever sent no key is told so by its name. */
function explained(refusal: unknown, apiKey: unknown): unknown {
  if (!(refusal instanceof Refusal)) return refusal
  if (refusal.status === 401 || refusal.code === 'wrong_credential') return badCredential(401)
  if (refusal.code !== 'invalid_request') return refusal
  if (typeof apiKey === 'string' && apiKey !== '') return invalid('`api_key` is longer than any key.')
  return invalid('`api_key` is required: the key that the customer sent.')
}
