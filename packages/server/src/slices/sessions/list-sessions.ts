import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { idOrNothing } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentSession } from './present.js'
import * as store from './store.js'

/** Lists sessions, newest first, of everyone or of one user. */
export const listSessions = implement(api.sessions.listSessions).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const { userId, status } = query
  const filter = {
    ...(userId !== undefined && { userId: idOrNothing(userId) }),
    ...(status !== undefined && { status }),
  }
  return pageOf('sessions', request, await store.listSessions(call.read, filter, request), presentSession)
})
