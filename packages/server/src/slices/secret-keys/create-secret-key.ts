import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { mintKey } from './mint-key.js'
import { presentSecretKey } from './present.js'
import { defaultTerms, withGiven } from './secret-key.js'
import { refuseStronger, strengthUnder } from './strength.js'

/** Makes a key no stronger than the caller and shows it, this once; what is stored cannot give it back. */
export const createSecretKey = implement(api.secretKeys.createSecretKey).handler(async (call, { body }) => {
  const { kind = 'secret', name, ...given } = body
  const terms = withGiven({ name, ...defaultTerms(kind) }, given)
  return call.tx(async (tx) => {
    await refuseStronger(call, tx, strengthUnder(terms))
    const { row, secret } = await mintKey(call, tx, kind, terms)
    const secretKey = presentSecretKey(row)
    await call.record(tx, 'secret_key.created', { secretKey })
    return { secretKey, secret }
  })
})
