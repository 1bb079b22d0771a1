import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { holdApi } from '#slices/apis'
import { lockKnownApplication } from './changeable-application.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Takes an API from an application; what it was not allowed is not told apart. */
export const removeApi = implement(api.applications.removeApi).handler(
  async (call, { params: { applicationId, apiId } }) => {
    await call.tx(async (tx) => {
      const before = await lockKnownApplication(tx, applicationId)
      if (!(await holdApi(tx, apiId))) throw fail(errors.api_not_found)
      if (!(await store.removeApi(tx, applicationId, apiId))) return
      const apis = before.apis.filter((each) => each.apiId !== apiId)
      await call.record(tx, 'application.api_removed', {
        application: presentApplication({ ...before, apis }),
      })
    })
    return { ok: true as const }
  },
)
