import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { consumeLink } from '#slices/verifications'
import { acceptProof } from './proof.js'

/** Verifies an address by the token of a mail. */
export const confirmEmailVerification = implement(api.authentication.confirmEmailVerification).handler(
  async (call, { body }) => {
    await call.tx(async (tx) =>
      acceptProof(call, tx, await consumeLink(tx, 'email_verification', body.token)),
    )
    return { ok: true as const }
  },
)
