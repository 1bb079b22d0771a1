import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { parseId } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** What cannot be an id is that of nothing. */
const nothing = '00000000-0000-0000-0000-000000000000'

/** Lists the keys of the environment, revoked ones too. */
export const listApiKeys = implement(api.apiKeys.listApiKeys).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const { apiId, userId, organizationId, owner, status, search } = query
  const filter = {
    ...(apiId !== undefined && { apiId: parseId(apiId) ?? nothing }),
    ...(userId !== undefined && { userId: parseId(userId) ?? nothing }),
    ...(organizationId !== undefined && { organizationId: parseId(organizationId) ?? nothing }),
    ...(owner !== undefined && { owner }),
    ...(status !== undefined && { status }),
    ...(search !== undefined && { search }),
  }
  return pageOf('apiKeys', request, await store.listKeys(call.read, filter, request), presentApiKey)
})
