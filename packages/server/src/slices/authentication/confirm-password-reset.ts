import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { recognizeDevice } from '#slices/devices'
import { lift } from '#slices/lockouts'
import { revokeSessionsOfUser } from '#slices/sessions'
import { hashNewPassword, presentUser, setPasswordHash } from '#slices/users'
import { consumeLink, endVerifications } from '#slices/verifications'
import { acceptProof, handOver } from './proof.js'

/**
 * Sets a new password by the token of a mail or of an invitation, and ends every session: somebody else may know the old one. At an
 * address that was not verified before, somebody else may have other ways in, too.
 */
export const confirmPasswordReset = implement(api.authentication.confirmPasswordReset).handler(
  async (call, { body }) => {
    // A password that is refused must not use the link up.
    const hash = await hashNewPassword(call, body.newPassword)
    await call.tx(async (tx) => {
      const proof =
        (await consumeLink(tx, 'password_reset', body.token)) ??
        (await consumeLink(tx, 'user_invitation', body.token))
      const accepted = await acceptProof(call, tx, proof)
      await revokeSessionsOfUser(call, tx, accepted.user.id, 'password_changed')
      const user = accepted.isNew ? await handOver(call, tx, accepted.user) : accepted.user
      await setPasswordHash(tx, user.id, hash)
      await endVerifications(tx, user.id)
      await call.record(tx, 'user.password_changed', { user: presentUser(user) })
      // Whoever guesses passwords meanwhile must not keep out the owner, who signs in next from here.
      await lift(call, tx, user)
      await recognizeDevice(call, tx, user.id, { tellOwner: false })
    })
    return { ok: true as const }
  },
)
