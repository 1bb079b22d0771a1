import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentRevocation } from './present.js'
import * as store from './store.js'

/** Tells who revoked a key, when and why; nothing of one that was not. */
export const listSecretKeyRevocations = implement(api.secretKeys.listSecretKeyRevocations).handler(
  async (call, { params }) => {
    const key = await store.findKey(call.read, params.secretKeyId)
    if (!key) throw fail(errors.secret_key_not_found)
    const rows = await store.findRevocations(call.read, key.id)
    return { revocations: rows.map(presentRevocation) }
  },
)
