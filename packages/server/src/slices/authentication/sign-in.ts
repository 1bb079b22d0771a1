import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { beginAttempt } from '#slices/lockouts'
import { signedIn, startSession } from '#slices/sessions'
import { findCredentials, lockUser, replaceForeignHash, verifyPassword } from '#slices/users'

/**
 * Signs in with an address and a password. Unknown, wrong and banned get the same answer after the same work:
 * a password is hashed in every case, so neither words nor time tell who has an account. A hash that another
 * system made is replaced by one of ours as soon as the password is known.
 */
export const signIn = implement(api.authentication.signIn).handler(async (call, { body }) => {
  const attempt = await beginAttempt(call, body.email)
  const found = await findCredentials(call.read, body.email)
  const matches = await verifyPassword(found?.hash ?? undefined, body.password)
  if (!found?.hash || !matches || found.is_banned) throw fail(errors.invalid_credentials)
  await attempt.succeed()
  const keepPassword = await replaceForeignHash(found.id, found.hash, body.password)
  const session = await call.tx(async (tx) => {
    // A ban or a deletion that came in between holds this lock first.
    const user = await lockUser(tx, found.id)
    if (!user || user.is_banned || !(await keepPassword(tx))) throw fail(errors.invalid_credentials)
    return startSession(call, tx, user.id)
  })
  return signedIn(call, session)
})
