import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { signedIn, startSession } from '#slices/sessions'
import { consumeCode } from '#slices/verifications'
import { acceptProof } from './proof.js'

/** Signs in by the code of a mail, which works once. */
export const verifyEmailCode = implement(api.authentication.verifyEmailCode).handler(
  async (call, { body }) => {
    const takeCode = await consumeCode(call, { purpose: 'email_code', ...body })
    const session = await call.tx(async (tx) => {
      const user = await acceptProof(call, tx, await takeCode(tx))
      return startSession(call, tx, user.id)
    })
    return signedIn(call, session)
  },
)
