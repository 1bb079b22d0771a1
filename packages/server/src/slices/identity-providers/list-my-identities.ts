import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentIdentity } from './present.js'
import * as store from './store.js'

/** Lists the accounts that the signed-in user signs in with. */
export const listMyIdentities = implement(api.identityProviders.listMyIdentities).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const rows = await store.listIdentities(call.read, call.principal.id, request)
    return pageOf('identities', request, rows, presentIdentity)
  },
)
