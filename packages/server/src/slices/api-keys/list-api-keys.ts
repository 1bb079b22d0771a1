import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { idOrNothing } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Lists the keys of the environment, revoked ones too. */
export const listApiKeys = implement(api.apiKeys.listApiKeys).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const { apiId, userId, organizationId, owner, status, search } = query
  const filter = {
    ...(apiId !== undefined && { apiId: idOrNothing(apiId) }),
    ...(userId !== undefined && { userId: idOrNothing(userId) }),
    ...(organizationId !== undefined && { organizationId: idOrNothing(organizationId) }),
    ...(owner !== undefined && { owner }),
    ...(status !== undefined && { status }),
    ...(search !== undefined && { search }),
  }
  return pageOf('apiKeys', request, await store.listKeys(call.read, filter, request), presentApiKey)
})
