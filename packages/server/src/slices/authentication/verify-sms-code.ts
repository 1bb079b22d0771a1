import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { signedIn, startSession } from '#slices/sessions'
import { lockUser } from '#slices/users'
import { consumeCode } from '#slices/verifications'

/**
 * Signs in by the code of an SMS, which works once. A number that the user has no longer, a ban and a deletion are
 * refused as a code is that never was one.
 */
export const verifySmsCode = implement(api.authentication.verifySmsCode).handler(async (call, { body }) => {
  const { phoneNumber: identifier, code } = body
  const takeCode = await consumeCode(call, { purpose: 'sms_code', identifier, code })
  const session = await call.tx(async (tx) => {
    const proof = await takeCode(tx)
    const user = proof && (await lockUser(tx, proof.user_id))
    if (!user || user.is_banned || user.phone_number !== proof.identifier) {
      throw fail(errors.verification_invalid)
    }
    return startSession(call, tx, user.id)
  })
  return signedIn(call, session)
})
