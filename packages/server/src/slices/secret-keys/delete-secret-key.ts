import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey } from './changeable-key.js'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Ends a key and takes it off the list; its row stays, so that a key that is found can still be told. */
export const deleteSecretKey = implement(api.secretKeys.deleteSecretKey).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    const key = await lockKnownKey(tx, params.secretKeyId)
    await store.deleteKey(tx, key.id)
    await call.record(tx, 'secret_key.deleted', { secretKey: presentSecretKey(key) })
  })
  return { ok: true as const }
})
