import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey } from './changeable-key.js'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Disables a key until it is enabled again; what is disabled already stays as it is. */
export const disableSecretKey = implement(api.secretKeys.disableSecretKey).handler(
  async (call, { params }) => {
    const secretKey = await call.tx(async (tx) => {
      const key = await lockKnownKey(tx, params.secretKeyId)
      if (!key.enabled) return presentSecretKey(key)
      const disabled = presentSecretKey(await store.setEnabled(tx, key.id, false))
      await call.record(tx, 'secret_key.disabled', { secretKey: disabled })
      return disabled
    })
    return { secretKey }
  },
)
