import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { sendCodeTo } from './send.js'

/** Mails a code that signs in. */
export const requestEmailCode = implement(api.authentication.requestEmailCode).handler(
  async (call, { body }) => {
    await sendCodeTo(call, body.email)
    return { ok: true as const }
  },
)
