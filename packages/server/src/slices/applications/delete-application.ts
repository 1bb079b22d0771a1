import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownApplication } from './changeable-application.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Deletes an application; every request with a token of it looks for it, so the next one is refused. */
export const deleteApplication = implement(api.applications.deleteApplication).handler(
  async (call, { params }) => {
    await call.tx(async (tx) => {
      const row = await lockKnownApplication(tx, params.applicationId)
      await store.deleteApplication(tx, row.id)
      await call.record(tx, 'application.deleted', { application: presentApplication(row) })
    })
    return { ok: true as const }
  },
)
