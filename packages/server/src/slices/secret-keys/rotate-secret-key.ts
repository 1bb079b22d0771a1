import { api, errors, gracePeriodHoursDefault } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { givenTermsOf, lockChangeableKey } from './changeable-key.js'
import { mintKey } from './mint-key.js'
import { presentSecretKey } from './present.js'
import { type KeyKind, rotatedName } from './secret-key.js'
import * as store from './store.js'
import { refuseStronger, strengthUnder } from './strength.js'

/** Replaces a key by one that is as it was, in one transaction; of many who ask at once, one gets the new key. */
export const rotateSecretKey = implement(api.secretKeys.rotateSecretKey).handler(
  async (call, { params, body }) => {
    const graceHours = body.gracePeriodHours ?? gracePeriodHoursDefault
    return call.tx(async (tx) => {
      const old = await lockChangeableKey(call, tx, params.secretKeyId)
      if (old.replaced_by_id !== null)
        throw fail(errors.secret_key_rotated, { replacedById: old.replaced_by_id })
      if (old.status === 'expired') throw fail(errors.secret_key_expired)
      const terms = { ...givenTermsOf(old), name: body.name ?? rotatedName(old.name) }
      // The old key may be about to end, which the new one is not.
      await refuseStronger(call, tx, strengthUnder(terms))
      const { row, secret } = await mintKey(call, tx, old.kind as KeyKind, terms)
      const secretKey = presentSecretKey(row)
      const deprecated = await store.deprecateKey(tx, old.id, { graceHours, replacedById: row.id })
      const replaced = presentSecretKey(deprecated)
      await call.record(tx, 'secret_key.created', { secretKey })
      await call.record(tx, 'secret_key.rotated', { secretKey: replaced, replacement: secretKey })
      return { secretKey, secret, replaced }
    })
  },
)
