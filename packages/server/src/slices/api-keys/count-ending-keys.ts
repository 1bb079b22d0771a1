import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import * as store from './store.js'

/**
 * Counts the keys that stop working with their user. Nothing is done to them: a banned user's keys are `owner_disabled`
 * until the ban is lifted, as an integration would have to be set up anew otherwise, and a deleted user's go along.
 */
export function countEndingKeys(_call: Call, tx: Transaction, userId: string): Promise<number> {
  return store.countActiveKeysOfUser(tx, userId)
}
