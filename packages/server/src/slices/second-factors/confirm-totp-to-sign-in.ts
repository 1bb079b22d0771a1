import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { openPendingToken, signedIn, startSession } from '#slices/sessions'
import { confirm } from './enroll.js'
import { lockPendingUser, tryCode } from './prove.js'

/** Puts the app in force by which a sign-in waits to be finished, and finishes it. */
export const confirmTotpToSignIn = implement(api.secondFactors.confirmTotpToSignIn).handler(
  async (call, { body }) => {
    const pending = openPendingToken(call, body.pendingToken)
    const { userId } = pending
    const { recoveryCodes, session } = await tryCode(call, userId, async (tx) => {
      await lockPendingUser(tx, pending)
      const recoveryCodes = await confirm(call, tx, userId, body.code)
      return { recoveryCodes, session: await startSession(call, tx, userId, { secondFactor: 'verified' }) }
    })
    return { ...(await signedIn(call, session)), recoveryCodes }
  },
)
