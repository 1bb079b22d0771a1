import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentProvider } from './present.js'
import * as store from './store.js'

/** Lists the providers of the environment. */
export const listIdentityProviders = implement(api.identityProviders.listIdentityProviders).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const rows = await store.listProviders(call.read, request)
    return pageOf('identityProviders', request, rows, (row) => presentProvider(call, row))
  },
)
