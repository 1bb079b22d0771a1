import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { givenTermsOf, lockChangeableKey } from './changeable-key.js'
import { presentSecretKey } from './present.js'
import { withGiven } from './secret-key.js'
import * as store from './store.js'
import { refuseStronger, strengthUnder } from './strength.js'

/** Changes the fields that are named; neither before nor after may the key be stronger than the caller. */
export const updateSecretKey = implement(api.secretKeys.updateSecretKey).handler(
  async (call, { params, body }) => {
    const secretKey = await call.tx(async (tx) => {
      const key = await lockChangeableKey(call, tx, params.secretKeyId)
      if (Object.keys(body).length === 0) return presentSecretKey(key)
      const terms = withGiven(givenTermsOf(key), body)
      await refuseStronger(call, tx, strengthUnder(terms))
      const updated = presentSecretKey(await store.updateTerms(tx, key.id, terms))
      await call.record(tx, 'secret_key.updated', { secretKey: updated })
      return updated
    })
    return { secretKey }
  },
)
