import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey } from './changeable-key.js'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Revokes a key for good; every look-up reads the row, so the next request with it is refused. */
export const revokeSecretKey = implement(api.secretKeys.revokeSecretKey).handler(
  async (call, { params, body: { reason = null } }) => {
    const secretKey = await call.tx(async (tx) => {
      const key = await lockKnownKey(tx, params.secretKeyId)
      if (key.status === 'revoked') return presentSecretKey(key)
      const revoked = presentSecretKey(await store.revokeKey(tx, key.id, { by: call.principal.id, reason }))
      await call.record(tx, 'secret_key.revoked', { secretKey: revoked, reason })
      return revoked
    })
    return { secretKey }
  },
)
