import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { pageOf, pageRequest } from '#kernel/page'
import { findUser } from '#slices/users'
import { presentPasskey } from './present.js'
import * as store from './store.js'

/** Lists the passkeys of a user, newest first. */
export const listPasskeys = implement(api.passkeys.listPasskeys).handler(async (call, { params, query }) => {
  const request = pageRequest(query)
  const [user, rows] = await Promise.all([
    findUser(call.read, params.userId),
    store.listPasskeys(call.read, params.userId, request),
  ])
  if (!user) throw fail(errors.user_not_found)
  return pageOf('passkeys', request, rows, presentPasskey)
})
