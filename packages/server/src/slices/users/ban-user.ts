import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { ban } from './ban.js'
import { checkBanEnd } from './user.js'

/** Bans a user, for a time or until unbanned, and says what ended with it. */
export const banUser = implement(api.users.banUser).handler(async (call, { params, body }) => {
  const { reason = null, expiresAt = null } = body
  checkBanEnd(expiresAt, '/expiresAt', call.clock.now())
  return call.tx((tx) => ban(call, tx, params.userId, { reason, expiresAt }))
})
