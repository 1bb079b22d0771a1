import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentUser } from './present.js'
import * as store from './store.js'

/** Answers one user. */
export const getUser = implement(api.users.getUser).handler(async (call, { params }) => {
  const row = await store.findUser(call.read, params.userId)
  if (!row) throw fail(errors.user_not_found)
  return { user: presentUser(row) }
})
