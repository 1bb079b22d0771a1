import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lift } from '#slices/lockouts'
import { revokeSessionsOfUser } from '#slices/sessions'
import { hashPassword, lockUser, makePassword, presentUser, setPasswordHash } from '#slices/users'
import { endVerifications } from '#slices/verifications'
import { sendLink } from './send.js'

/** Ends what somebody may have got into with the password of a user, and has that one get another. */
export const resetUserPassword = implement(api.users.resetUserPassword).handler(
  async (call, { params: { userId }, body: { sendEmail = true } }) => {
    const temporaryPassword = sendEmail ? null : makePassword(call.environment.settings.passwordPolicy)
    const hash = temporaryPassword === null ? null : await hashPassword(temporaryPassword)
    return call.tx(async (tx) => {
      const row = await lockUser(tx, userId)
      if (!row) throw fail(errors.user_not_found)
      const user = presentUser(row)
      const sessions = await revokeSessionsOfUser(call, tx, userId, 'password_reset')
      const ended = { sessions, apiKeys: 0 }
      if (hash === null) {
        if (user.email === null) throw fail(errors.user_has_no_email)
        await sendLink(call, tx, { email: user.email, userId, purpose: 'password_reset' })
      } else {
        await setPasswordHash(tx, userId, hash)
        await endVerifications(tx, userId)
        await call.record(tx, 'user.password_changed', { user })
        await lift(call, tx, row)
      }
      return { user, temporaryPassword, ended }
    })
  },
)
