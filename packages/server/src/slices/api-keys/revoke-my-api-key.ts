import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey, revoke } from './change.js'
import { requireOffer } from './offered.js'

/** Revokes a key of the signed-in user for good. */
export const revokeMyApiKey = implement(api.apiKeys.revokeMyApiKey).handler(async (call, { params }) => {
  requireOffer(call, 'users')
  const isMine = (key: { user_id: string | null }) => key.user_id === call.principal.id
  const apiKey = await call.tx(async (tx) =>
    revoke(call, tx, await lockKnownKey(tx, params.apiKeyId, isMine), null),
  )
  return { apiKey }
})
