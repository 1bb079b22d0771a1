import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { openPendingToken, signedIn, startSession } from '#slices/sessions'
import { lockPendingUser, proveRecoveryCode, tryCode } from './prove.js'

/** Finishes a sign-in with a recovery code, which is spent by it. */
export const signInWithRecoveryCode = implement(api.secondFactors.signInWithRecoveryCode).handler(
  async (call, { body }) => {
    const userId = openPendingToken(call, body.pendingToken)
    const session = await tryCode(call, userId, async (tx) => {
      await lockPendingUser(tx, userId)
      await proveRecoveryCode(call, tx, userId, body.code)
      return startSession(call, tx, userId, { secondFactor: 'verified' })
    })
    return signedIn(call, session)
  },
)
