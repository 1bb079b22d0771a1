import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownApplication, refuseStrongerApplication } from './changeable-application.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Changes the fields that are named; one that may do more than the caller is not enabled by it. */
export const updateApplication = implement(api.applications.updateApplication).handler(
  async (call, { params, body }) =>
    call.tx(async (tx) => {
      const row = await lockKnownApplication(tx, params.applicationId)
      if (Object.keys(body).length === 0) return { application: presentApplication(row) }
      if (body.enabled && !row.enabled) await refuseStrongerApplication(call, tx, row)
      const application = presentApplication(await store.updateApplication(tx, row.id, body))
      await call.record(tx, 'application.updated', { application })
      return { application }
    }),
)
