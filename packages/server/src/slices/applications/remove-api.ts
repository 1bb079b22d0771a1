import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { holdKnownApi, remove } from './allow.js'
import { lockKnownApplication } from './changeable-application.js'

/** Takes an API from an application; what it was not allowed is not told apart. */
export const removeApi = implement(api.applications.removeApi).handler(
  async (call, { params: { applicationId, apiId } }) => {
    await call.tx(async (tx) => {
      const before = await lockKnownApplication(tx, applicationId)
      await holdKnownApi(tx, apiId)
      await remove(call, tx, before, apiId)
    })
    return { ok: true as const }
  },
)
