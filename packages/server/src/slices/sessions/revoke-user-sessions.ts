import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lockUser } from '#slices/users'
import { revokeSessionsOfUser } from './end.js'

/** Ends every session of a user; what else the user has stays. */
export const revokeUserSessions = implement(api.users.revokeUserSessions).handler(
  async (call, { params }) => {
    const sessions = await call.tx(async (tx) => {
      if (!(await lockUser(tx, params.userId))) throw fail(errors.user_not_found)
      return revokeSessionsOfUser(call, tx, params.userId, 'revoked')
    })
    return { ok: true as const, ended: { sessions } }
  },
)
