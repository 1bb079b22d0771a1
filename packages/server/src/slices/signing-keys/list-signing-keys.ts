import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentSigningKey } from './present.js'
import * as store from './store.js'

/** Lists the keys that are in the key set of the environment. */
export const listSigningKeys = implement(api.signingKeys.listSigningKeys).handler(async (call, { query }) => {
  const request = pageRequest(query)
  return pageOf('signingKeys', request, await store.listKeys(call.read, request), presentSigningKey)
})
