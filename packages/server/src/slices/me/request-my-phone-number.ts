import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { findByPhoneNumber } from '#slices/users'
import { sendSmsCode } from '#slices/verifications'

/** Sends a code to the number that a user wants to have; nothing, by the same work, if it is somebody else's. */
export const requestMyPhoneNumber = implement(api.me.requestMyPhoneNumber).handler(async (call, { body }) => {
  const { id } = call.principal
  const { phoneNumber } = body
  const holder = await findByPhoneNumber(call.read, phoneNumber)
  const userId = holder && holder.id !== id ? null : id
  await call.tx((tx) => sendSmsCode(call, tx, { purpose: 'phone_number_verification', phoneNumber, userId }))
  return { ok: true as const }
})
