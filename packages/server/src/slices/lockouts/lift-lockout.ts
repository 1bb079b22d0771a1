import { api, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { findUser, type UserRow } from '#slices/users'
import { lockoutOf, talliesOf } from './lockout-of.js'
import * as store from './store.js'

/** Lets a user in again who was locked out by wrong passwords. */
export const liftLockout = implement(api.lockouts.liftLockout).handler(async (call, { params }) =>
  call.tx(async (tx) => {
    const user = await findUser(tx, params.userId)
    if (!user) throw fail(errors.user_not_found)
    await lift(call, tx, user)
    return { lockout: await lockoutOf(tx, user) }
  }),
)

/** Forgives the wrong passwords for a user; records it only where there were any. */
export async function lift(call: Call, tx: Transaction, user: UserRow): Promise<void> {
  const lockout = await lockoutOf(tx, user)
  await store.forgetCounts(tx, talliesOf(user))
  if (lockout.failedAttempts > 0 || lockout.lockedUntil !== null) {
    await call.record(tx, 'lockout.lifted', { lockout: { ...lockout, failedAttempts: 0, lockedUntil: null } })
  }
}
