import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Revokes a key for good; every look-up reads the row, so the next request with it is refused. */
export const revokeSecretKey = implement(api.secretKeys.revokeSecretKey).handler(async (call, { params }) => {
  const secretKey = await call.tx(async (tx) => {
    const revoked = await store.revokeKey(tx, params.secretKeyId)
    if (!revoked) throw fail(errors.secret_key_not_found)
    const presented = presentSecretKey(revoked.key)
    if (revoked.changed) await call.record(tx, 'secret_key.revoked', { secretKey: presented })
    return presented
  })
  return { secretKey }
})
