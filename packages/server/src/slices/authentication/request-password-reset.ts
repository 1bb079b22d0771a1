import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { sendLinkTo } from './send.js'

/** Mails a link that sets a new password. */
export const requestPasswordReset = implement(api.authentication.requestPasswordReset).handler(
  async (call, { body }) => {
    await sendLinkTo(call, body.email, 'password_reset')
    return { ok: true as const }
  },
)
