import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey, rotate } from './change.js'
import { requireOffer } from './offered.js'

/** Gives a key of the signed-in user another secret; the old one is refused at once. */
export const rotateMyApiKey = implement(api.apiKeys.rotateMyApiKey).handler(async (call, { params }) => {
  requireOffer(call, 'users')
  const isMine = (key: { user_id: string | null }) => key.user_id === call.principal.id
  return call.tx(async (tx) => rotate(call, tx, await lockKnownKey(tx, params.apiKeyId, isMine)))
})
