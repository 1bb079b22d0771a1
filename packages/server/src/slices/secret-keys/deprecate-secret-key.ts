import { api, errors, gracePeriodHoursDefault } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lockChangeableKey } from './changeable-key.js'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Gives a key an end, or moves the one it has; a key that has ended stays so. */
export const deprecateSecretKey = implement(api.secretKeys.deprecateSecretKey).handler(
  async (call, { params, body }) => {
    const { gracePeriodHours: graceHours = gracePeriodHoursDefault, reason = null } = body
    const secretKey = await call.tx(async (tx) => {
      const key = await lockChangeableKey(call, tx, params.secretKeyId)
      if (key.status === 'expired') throw fail(errors.secret_key_expired)
      const deprecated = presentSecretKey(
        await store.deprecateKey(tx, key.id, { graceHours, replacedById: null }),
      )
      await call.record(tx, 'secret_key.deprecated', { secretKey: deprecated, reason })
      return deprecated
    })
    return { secretKey }
  },
)
