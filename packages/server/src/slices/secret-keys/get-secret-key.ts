import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Answers one key, without its secret. */
export const getSecretKey = implement(api.secretKeys.getSecretKey).handler(async (call, { params }) => {
  const row = await store.findKey(call.read, params.secretKeyId)
  if (!row) throw fail(errors.secret_key_not_found)
  return { secretKey: presentSecretKey(row) }
})
