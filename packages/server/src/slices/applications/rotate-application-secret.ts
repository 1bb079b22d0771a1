import { api, gracePeriodHoursDefault } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownApplication, refuseStrongerApplication } from './changeable-application.js'
import { makeClientSecret } from './client-secret.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Gives an application a new secret; whoever is shown it must hold what it opens. */
export const rotateApplicationSecret = implement(api.applications.rotateApplicationSecret).handler(
  async (call, { params, body: { gracePeriodHours: graceHours = gracePeriodHoursDefault } }) =>
    call.tx(async (tx) => {
      const row = await lockKnownApplication(tx, params.applicationId)
      await refuseStrongerApplication(call, tx, row)
      const { secret, hash: secretHash } = makeClientSecret()
      const application = presentApplication(
        await store.replaceSecret(tx, row.id, { secretHash, graceHours }),
      )
      await call.record(tx, 'application.secret_rotated', { application })
      return { application, clientSecret: secret }
    }),
)
