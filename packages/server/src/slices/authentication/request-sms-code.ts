import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { sendSmsCodeTo } from './send.js'

/** Sends a code by SMS that signs in. */
export const requestSmsCode = implement(api.authentication.requestSmsCode).handler(async (call, { body }) => {
  await sendSmsCodeTo(call, body.phoneNumber)
  return { ok: true as const }
})
