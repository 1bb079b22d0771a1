import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { sendLinkTo } from './send.js'

/** Mails a link that signs in. */
export const requestMagicLink = implement(api.authentication.requestMagicLink).handler(
  async (call, { body }) => {
    await sendLinkTo(call, body.email, 'magic_link')
    return { ok: true as const }
  },
)
