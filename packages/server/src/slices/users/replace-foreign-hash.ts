import type { Transaction } from '#kernel/queries'
import { hashPassword, isOwnHash, verifyPassword } from './password.js'
import * as store from './store.js'

/**
 * Prepares to replace a hash that another system made, now that the password is known. What it answers is for
 * the transaction of the sign-in, and says there of every hash whether the password still is the one that was
 * compared: whoever changed it in between wins.
 */
export async function replaceForeignHash(
  userId: string,
  stored: string,
  password: string,
): Promise<(tx: Transaction) => Promise<boolean>> {
  if (isOwnHash(stored)) return async (tx) => (await store.findPasswordHash(tx, userId)) === stored
  const own = await hashPassword(password)
  return async (tx) => {
    if (await store.replacePasswordHash(tx, userId, stored, own)) return true
    // Another first sign-in may have come before this one: then the new hash is of the same password.
    const current = await store.findPasswordHash(tx, userId)
    return current !== undefined && verifyPassword(current, password)
  }
}
