import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { Failure, fail } from '#kernel/failure'
import { presentUser, updateUser } from '#slices/users'
import { consumeCode } from '#slices/verifications'
import { myself } from './myself.js'
import { presentMe } from './present.js'

/**
 * Gives a user the number that it has proved to read the messages of, in place of the one before. A code that was
 * sent for somebody else, or a number that somebody took meanwhile, is refused as a code is that never was one.
 */
export const verifyMyPhoneNumber = implement(api.me.verifyMyPhoneNumber).handler(async (call, { body }) => {
  const { phoneNumber, code } = body
  const purpose = 'phone_number_verification'
  const takeCode = await consumeCode(call, { purpose, identifier: phoneNumber, code })
  const row = await call
    .tx(async (tx) => {
      const { id } = await myself(call, tx)
      const proof = await takeCode(tx)
      if (proof?.user_id !== id) throw fail(errors.verification_invalid)
      const updated = await updateUser(tx, id, { phoneNumber })
      await call.record(tx, 'user.phone_number_verified', { user: presentUser(updated) })
      return updated
    })
    .catch((error) => {
      throw error instanceof Failure && error.definition === errors.phone_number_taken
        ? fail(errors.verification_invalid)
        : error
    })
  return { user: presentMe(row) }
})
