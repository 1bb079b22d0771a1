import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findUser } from '#slices/users'
import { lockoutOf } from './lockout-of.js'

/** Tells how many wrong passwords were tried for a user, and until when it is locked out. */
export const getLockout = implement(api.lockouts.getLockout).handler(async (call, { params }) => {
  const user = await findUser(call.read, params.userId)
  if (!user) throw fail(errors.user_not_found)
  return { lockout: await lockoutOf(call.read, user) }
})
