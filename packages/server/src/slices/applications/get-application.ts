import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Answers one application, without its secret. */
export const getApplication = implement(api.applications.getApplication).handler(async (call, { params }) => {
  const row = await store.findApplication(call.read, params.applicationId)
  if (!row) throw fail(errors.application_not_found)
  return { application: presentApplication(row) }
})
