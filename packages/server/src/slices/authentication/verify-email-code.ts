import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { signedIn } from '#slices/sessions'
import { consumeCode } from '#slices/verifications'
import { signInByProof } from './proof.js'

/** Signs in by the code of a mail, which works once. */
export const verifyEmailCode = implement(api.authentication.verifyEmailCode).handler(
  async (call, { body }) => {
    const takeCode = await consumeCode(call, {
      purpose: 'email_code',
      identifier: body.email,
      code: body.code,
    })
    const session = await call.tx(async (tx) => signInByProof(call, tx, await takeCode(tx)))
    return signedIn(call, session)
  },
)
