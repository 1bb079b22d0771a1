import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockChangeableKey } from './changeable-key.js'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Enables a disabled key; a revoked one stays revoked. */
export const enableSecretKey = implement(api.secretKeys.enableSecretKey).handler(async (call, { params }) => {
  const secretKey = await call.tx(async (tx) => {
    const key = await lockChangeableKey(call, tx, params.secretKeyId)
    if (key.enabled) return presentSecretKey(key)
    const enabled = presentSecretKey(await store.setEnabled(tx, key.id, true))
    await call.record(tx, 'secret_key.enabled', { secretKey: enabled })
    return enabled
  })
  return { secretKey }
})
