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
    const { api_key: apiKey } = (body ?? {}) as { api_key?: string }
    try {
      const { verification } = await call(api.apiKeys.verifyApiKey, { body: { apiKey: apiKey as string } })
      return { status: 200, body: verified(verification) }
    } catch (error) {
      return { status: 200, body: verified(unverified(error, apiKey)) }
    }
  },
}

/** All ten fields of Kinde's answer, always. A key that is not valid has no scope that anybody could go by. */
function verified({ valid, code, apiKey }: Pick<Verification, 'valid' | 'code' | 'apiKey'>) {
  return {
    code: valid ? 'API_KEY_VERIFIED' : 'API_KEY_INVALID',
    message: messages[code],
    is_valid: valid,
    key_id: apiKey ? apiKeyId.of(apiKey.id) : null,
    status: apiKey ? kindeStatus(apiKey.status) : null,
    scopes: valid && apiKey ? apiKey.scopes : [],
    org_code: apiKey ? idOrNull(orgCode, apiKey.organizationId) : null,
    user_id: apiKey ? idOrNull(userId, apiKey.userId) : null,
    last_verified_on: apiKey ? apiKey.lastVerifiedAt : null,
    verification_count: apiKey ? apiKey.verificationCount : 0,
  }
}

/** What no key can look like is no key of anybody. Whoever may not verify is 401 here. */
function unverified(error: unknown, apiKey: unknown): Pick<Verification, 'valid' | 'code' | 'apiKey'> {
  if (!(error instanceof Refusal)) throw error
  if (error.status === 401 || error.code === 'wrong_credential') throw badCredential(401)
  if (error.code !== 'invalid_request') throw error
  if (typeof apiKey !== 'string' || apiKey === '')
    throw invalid('`api_key` is required: the key that the customer sent.')
  return { valid: false, code: 'not_found', apiKey: null }
}
