import { type Ended, errors, type User } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { endAllOfUser } from './ending.js'
import { presentUser } from './present.js'
import * as store from './store.js'

/** Bans a user and ends everything it has, in the caller's transaction. Banning a banned user amends the ban. */
export async function ban(
  call: Call,
  tx: Transaction,
  userId: string,
  terms: store.Ban,
): Promise<{ user: User; ended: Ended }> {
  if (!(await store.lockUser(tx, userId))) throw fail(errors.user_not_found)
  // Before the ban is there, as what it stops is what it finds working.
  const ended = await endAllOfUser(call, tx, userId, 'user_banned')
  const user = presentUser(await store.setBan(tx, userId, terms))
  await call.record(tx, 'user.banned', { user, ended })
  return { user, ended }
}

/**
 * Lifts a ban; what the ban ended stays ended, and what only looks at its user works again. A user who is not banned
 * stays as it is, without an event.
 */
export async function unban(call: Call, tx: Transaction, userId: string): Promise<User> {
  const current = await store.lockUser(tx, userId)
  if (!current) throw fail(errors.user_not_found)
  if (!current.is_banned) return presentUser(current)
  const user = presentUser(await store.setBan(tx, userId, null))
  await call.record(tx, 'user.unbanned', { user })
  return user
}
