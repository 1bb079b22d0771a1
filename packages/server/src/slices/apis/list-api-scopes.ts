import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { pageOf, pageRequest } from '#kernel/page'
import { presentScope } from './present.js'
import * as store from './store.js'

/** Lists the scopes of an API. */
export const listApiScopes = implement(api.apis.listApiScopes).handler(async (call, { params, query }) => {
  const request = pageRequest(query)
  const [found, page] = await Promise.all([
    store.findApi(call.read, params.apiId),
    store.listScopes(call.read, params.apiId, query, request),
  ])
  if (!found) throw fail(errors.api_not_found)
  return pageOf('scopes', request, page, presentScope)
})
