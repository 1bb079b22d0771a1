import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { findUser } from '#slices/users'
import { sendLink } from './send.js'

/** Mails a link that verifies the primary address of the user, if it is not verified yet. */
export const requestEmailVerification = implement(api.authentication.requestEmailVerification).handler(
  async (call) => {
    const user = await findUser(call.read, call.principal.id)
    const primary = user?.emails.find(({ isPrimary }) => isPrimary)
    if (user && primary && !primary.isVerified) {
      const to = { email: primary.email, userId: user.id, purpose: 'email_verification' } as const
      await call.tx((tx) => sendLink(call, tx, to))
    }
    return { ok: true as const }
  },
)
