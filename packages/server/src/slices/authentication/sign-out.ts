import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { endSignedOut, forgetCookies } from '#slices/sessions'

/** Ends the session of this client and takes its cookies away. */
export const signOut = implement(api.authentication.signOut).handler(async (call) => {
  await call.tx((tx) => endSignedOut(call, tx, { id: call.principal.sessionId }))
  forgetCookies(call)
  return { ok: true as const }
})
