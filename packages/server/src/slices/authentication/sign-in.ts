import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { signedIn, startSession } from '#slices/sessions'
import { findCredentials, lockUser, verifyPassword } from '#slices/users'

/**
 * Signs in with an address and a password. Unknown, wrong and banned get the same answer after the same work:
 * a password is hashed in every case, so neither words nor time tell who has an account.
 */
export const signIn = implement(api.authentication.signIn).handler(async (call, { body }) => {
  const found = await findCredentials(call.read, body.email)
  const matches = await verifyPassword(found?.hash ?? undefined, body.password)
  if (!found || !matches || found.is_banned) throw fail(errors.invalid_credentials)
  const session = await call.tx(async (tx) => {
    // A ban or a deletion that came in between holds this lock first.
    const user = await lockUser(tx, found.id)
    if (!user || user.is_banned) throw fail(errors.invalid_credentials)
    return startSession(call, tx, user.id)
  })
  return signedIn(call, session)
})
