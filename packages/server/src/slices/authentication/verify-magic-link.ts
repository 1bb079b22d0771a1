import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { signedIn } from '#slices/sessions'
import { consumeLink } from '#slices/verifications'
import { signInByProof } from './proof.js'

/** Signs in by the token of a link, which works once. */
export const verifyMagicLink = implement(api.authentication.verifyMagicLink).handler(
  async (call, { body }) => {
    const session = await call.tx(async (tx) => {
      const proof = await consumeLink(tx, 'magic_link', body.token)
      return signInByProof(call, tx, proof)
    })
    return signedIn(call, session)
  },
)
