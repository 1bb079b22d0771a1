import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { openPendingToken, signedIn, startSession } from '#slices/sessions'
import { lockPendingUser, proveTotp, tryCode } from './prove.js'

/** Finishes a sign-in with a code of the authenticator app. */
export const signInWithTotp = implement(api.secondFactors.signInWithTotp).handler(async (call, { body }) => {
  const pending = openPendingToken(call, body.pendingToken)
  const { userId } = pending
  const session = await tryCode(call, userId, async (tx) => {
    await lockPendingUser(tx, pending)
    await proveTotp(call, tx, userId, body.code)
    return startSession(call, tx, userId, { secondFactor: 'verified' })
  })
  return signedIn(call, session)
})
