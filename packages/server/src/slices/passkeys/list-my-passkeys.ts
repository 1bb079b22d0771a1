import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentPasskey } from './present.js'
import * as store from './store.js'

/** Lists the passkeys of the signed-in user, newest first. */
export const listMyPasskeys = implement(api.passkeys.listMyPasskeys).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const rows = await store.listPasskeys(call.read, call.principal.id, request)
  return pageOf('passkeys', request, rows, presentPasskey)
})
