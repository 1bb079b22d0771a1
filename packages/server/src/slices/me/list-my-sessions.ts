import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { listSessionRows, presentSession } from '#slices/sessions'

/** Lists the clients that a user is or was signed in with. */
export const listMySessions = implement(api.me.listMySessions).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const rows = await listSessionRows(call.read, { userId: call.principal.id }, request)
  return pageOf('sessions', request, rows, presentSession)
})
