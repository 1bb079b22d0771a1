import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentApi } from './present.js'
import * as store from './store.js'

/** Answers one API. */
export const getApi = implement(api.apis.getApi).handler(async (call, { params }) => {
  const row = await store.findApi(call.read, params.apiId)
  if (!row) throw fail(errors.api_not_found)
  return { api: presentApi(call, row) }
})
