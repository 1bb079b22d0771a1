import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { Failure, fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { signedIn, startSession } from '#slices/sessions'
import { hashNewPassword, insertUser, presentUser } from '#slices/users'
import { sendLink } from './send.js'

/** Creates an account and signs it in. The address counts as unverified until its owner proves otherwise. */
export const signUp = implement(api.authentication.signUp).handler(async (call, { body }) => {
  const { email, password, username } = body
  const passwordHash = await hashNewPassword(call, password)
  const session = await call
    .tx(async (tx) => {
      const user = await insertUser(tx, { id: newId(), email, passwordHash, ...(username && { username }) })
      await call.record(tx, 'user.created', { user: presentUser(user) })
      await sendLink(call, tx, { email, userId: user.id, purpose: 'email_verification' })
      return startSession(call, tx, user.id, { isNewUser: true })
    })
    .catch((error) => {
      throw error instanceof Failure && error.definition === errors.email_taken
        ? fail(errors.email_already_exists)
        : error
    })
  return signedIn(call, session)
})
