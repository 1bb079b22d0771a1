import { api, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { findTokenHashesOf } from '#slices/devices'
import { findUser, type UserRow } from '#slices/users'
import { talliesOfDevice } from './limits.js'
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

/** Forgives the wrong passwords for a user, on devices that it knows as well; records it only where there were any. */
export async function lift(call: Call, tx: Transaction, user: UserRow): Promise<void> {
  const hashes = await findTokenHashesOf(tx, user.id)
  const ofDevices = user.emails.flatMap(({ email }) => hashes.map((hash) => talliesOfDevice(email, hash)))
  const tallies = [...talliesOf(user), ...ofDevices.flat()].filter(({ of }) => of === 'wrong passwords')
  const counts = await store.readCounts(tx, tallies)
  if (!counts.some((count) => count && count.requests > 0)) return
  await store.forgetCounts(tx, tallies)
  await call.record(tx, 'lockout.lifted', { lockout: await lockoutOf(tx, user) })
}
