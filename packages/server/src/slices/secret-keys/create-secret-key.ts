import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { hashSecret, makeSecret } from '#kernel/secret'
import { presentSecretKey } from './present.js'
import { keyPrefix, shownPrefixLength } from './secret-key.js'
import * as store from './store.js'

/** Makes a key and shows it, this once; what is stored cannot give it back. */
export const createSecretKey = implement(api.secretKeys.createSecretKey).handler(async (call, { body }) => {
  const kind = body.kind ?? 'secret'
  const secret = makeSecret(keyPrefix(kind, call.environment.name))
  const prefix = secret.slice(0, shownPrefixLength)
  const secretKey = await call.tx(async (tx) => {
    const row = await store.insertKey(tx, {
      id: newId(),
      kind,
      name: body.name,
      prefix,
      hash: hashSecret(secret),
    })
    await call.record(tx, 'secret_key.created', { secretKey: presentSecretKey(row) })
    return presentSecretKey(row)
  })
  return { secretKey, secret }
})
