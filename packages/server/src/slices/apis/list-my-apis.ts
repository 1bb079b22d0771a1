import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { pageOf, pageRequest } from '#kernel/page'
import { presentOfferedApi } from './present.js'
import * as store from './store.js'

/** Lists what people can make keys for, with the scopes to choose from, where they make keys at all. */
export const listMyApis = implement(api.apis.listMyApis).handler(async (call, { query }) => {
  const { users, organizations } = call.environment.settings.selfServiceApiKeys
  if (!users && !organizations) throw fail(errors.api_keys_not_offered)
  const request = pageRequest(query)
  return pageOf('apis', request, await store.listOfferedApis(call.read, request), presentOfferedApi)
})
