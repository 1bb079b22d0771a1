import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey, revoke } from './change.js'

/** Revokes a key for good; every look-up reads the row, so the next verification refuses it. */
export const revokeApiKey = implement(api.apiKeys.revokeApiKey).handler(
  async (call, { params, body: { reason = null } }) => ({
    apiKey: await call.tx(async (tx) => revoke(call, tx, await lockKnownKey(tx, params.apiKeyId), reason)),
  }),
)
