import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentSecretKey } from './present.js'
import * as store from './store.js'

/** Lists the keys of the environment, revoked ones too. */
export const listSecretKeys = implement(api.secretKeys.listSecretKeys).handler(async (call, { query }) => {
  const request = pageRequest(query)
  return pageOf('secretKeys', request, await store.listKeys(call.read, query, request), presentSecretKey)
})
