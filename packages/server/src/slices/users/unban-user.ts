import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { unban } from './ban.js'

/** Lifts the ban of a user. */
export const unbanUser = implement(api.users.unbanUser).handler(async (call, { params }) => ({
  user: await call.tx((tx) => unban(call, tx, params.userId)),
}))
