import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { requireOffer } from './offered.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Lists the keys of the signed-in user, whoever made them. */
export const listMyApiKeys = implement(api.apiKeys.listMyApiKeys).handler(async (call, { query }) => {
  requireOffer(call, 'users')
  const request = pageRequest(query)
  const filter = { userId: call.principal.id }
  return pageOf('apiKeys', request, await store.listKeys(call.read, filter, request), presentApiKey)
})
