import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentUser } from './present.js'
import * as store from './store.js'

/** Lists users, newest first, with the exact total of the filter. */
export const listUsers = implement(api.users.listUsers).handler(async (call, { query }) => {
  const request = pageRequest(query)
  return pageOf('users', request, await store.listUsers(call.read, query, request), presentUser)
})
