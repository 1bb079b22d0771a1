import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { endSignedOut, forgetCookies } from '#slices/sessions'

/** Ends every session of the signed-in user, this one included. */
export const signOutEverywhere = implement(api.authentication.signOutEverywhere).handler(async (call) => {
  const sessions = await call.tx((tx) => endSignedOut(call, tx, { userId: call.principal.id }))
  forgetCookies(call)
  return { ok: true as const, ended: { sessions } }
})
