import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { ban } from './ban.js'

/** Bans a user, for a time or until unbanned, and says what ended with it. */
export const banUser = implement(api.users.banUser).handler((call, { params, body }) =>
  call.tx((tx) =>
    ban(call, tx, params.userId, { reason: body.reason ?? null, expiresAt: body.expiresAt ?? null }),
  ),
)
