import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { parseId } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentSession } from './present.js'
import * as store from './store.js'

/** An id that no row has: a filter by something that is no id matches nothing. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** Lists sessions, newest first, of everyone or of one user. */
export const listSessions = implement(api.sessions.listSessions).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const { userId, status } = query
  const filter = {
    ...(userId !== undefined && { userId: parseId(userId) ?? nobody }),
    ...(status !== undefined && { status }),
  }
  return pageOf('sessions', request, await store.listSessions(call.read, filter, request), presentSession)
})
