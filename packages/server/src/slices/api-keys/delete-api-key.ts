import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey } from './change.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Removes a key with its usage. */
export const deleteApiKey = implement(api.apiKeys.deleteApiKey).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    const apiKey = presentApiKey(await lockKnownKey(tx, params.apiKeyId))
    await store.deleteKey(tx, apiKey.id)
    await call.record(tx, 'api_key.deleted', { apiKey })
  })
  return { ok: true as const }
})
