import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { openPendingToken } from '#slices/sessions'
import { enroll } from './enroll.js'
import { lockPendingUser } from './prove.js'

/** Makes a secret for a user whose sign-in waits for a second factor that it does not have yet. */
export const enrollTotpToSignIn = implement(api.secondFactors.enrollTotpToSignIn).handler(
  async (call, { body }) => {
    const pending = openPendingToken(call, body.pendingToken)
    return call.tx(async (tx) => {
      await lockPendingUser(tx, pending)
      return enroll(call, tx, pending.userId)
    })
  },
)
