import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { beginAttemptInSession } from '#slices/lockouts'
import { revokeSessionsOfUser } from '#slices/sessions'
import {
  findPasswordHash,
  hashNewPassword,
  lockUser,
  presentUser,
  replacePasswordHash,
  verifyPassword,
} from '#slices/users'
import { endVerifications } from '#slices/verifications'

/** Changes the password of who knows the one before, and ends every other session. */
export const changePassword = implement(api.authentication.changePassword).handler(async (call, { body }) => {
  const { id, sessionId } = call.principal
  const attempt = await beginAttemptInSession(call, call.principal)
  const current = await findPasswordHash(call.read, id)
  if (!(await verifyPassword(current, body.currentPassword)) || current === undefined) {
    throw fail(errors.invalid_credentials)
  }
  await attempt.succeed()
  const hash = await hashNewPassword(call, body.newPassword)
  await call.tx(async (tx) => {
    const user = await lockUser(tx, id)
    // Whoever changed the password in between wins.
    if (!user || user.is_banned || !(await replacePasswordHash(tx, id, current, hash))) {
      throw fail(errors.invalid_credentials)
    }
    await endVerifications(tx, id)
    await call.record(tx, 'user.password_changed', { user: presentUser(user) })
    await revokeSessionsOfUser(call, tx, id, 'password_changed', sessionId)
  })
  return { ok: true as const }
})
