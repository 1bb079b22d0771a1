import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { sealPendingToken } from './pending-token.js'

/** Says of a user who must prove a second factor whether it has one; undefined for everyone else. */
export type SecondFactorCheck = (
  call: Call,
  tx: Transaction,
  userId: string,
) => Promise<{ readonly enrolled: boolean } | undefined>

let registered: SecondFactorCheck | undefined

/**
 * Registers what decides on second factors. Sessions know nothing of the nouns above them, and yet every way in
 * obeys: it cannot start a session without being asked.
 */
export function requireSecondFactor(check: SecondFactorCheck): void {
  registered = check
}

/** Refuses a sign-in that is only half done, with the token that the second half begins with. */
export async function askForSecondFactor(call: Call, tx: Transaction, userId: string): Promise<void> {
  if (!registered) throw new Error('Nobody decides on second factors.')
  const demand = await registered(call, tx, userId)
  if (!demand) return
  const { enrolled } = demand
  const pendingToken = await sealPendingToken(call, tx, userId)
  throw fail(errors.second_factor_required, { pendingToken, enrolled })
}
