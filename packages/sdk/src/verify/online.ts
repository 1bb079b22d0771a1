import { ApiKeysResource } from '../generated/api-keys.js'
import { settle } from '../options.js'
import { realTiming } from '../timing.js'
import { Transport } from '../transport.js'
import type { Settings } from './settings.js'
import { refuse, type Verdict } from './verdict.js'

/** Has the server verify each key: what it says is true at that instant, and counted. */
export function onlineCheck({ baseUrl, secretKey, fetch, timeoutMs, audience }: Settings) {
  const apiKeys = new ApiKeysResource(
    new Transport(settle({ baseUrl, secretKey, fetch, timeoutMs, maxRetries: 1 }), realTiming),
  )
  return async (
    credential: string,
    {
      scopes,
      ...rest
    }: {
      readonly scopes: readonly string[]
      readonly ipAddress?: string | undefined
      readonly cost?: number | undefined
    },
  ): Promise<Verdict> => {
    // What is longer can be no key, and is not worth a request.
    if (credential.length > 512) return refuse('not_found')
    const verification = await apiKeys.verify({ apiKey: credential, audience, scopes: [...scopes], ...rest })
    const { code, apiKey, rateLimit } = verification
    if (code === 'valid' && apiKey) {
      const { id: keyId, userId, organizationId, expiresAt } = apiKey
      return { identity: { keyId, userId, organizationId, scopes: apiKey.scopes, expiresAt, verification } }
    }
    if (code === 'valid') return refuse('unavailable')
    return refuse(code, {
      scopes,
      ...(code === 'rate_limited' && rateLimit ? { retryAfterSeconds: rateLimit.resetSeconds } : {}),
    })
  }
}
