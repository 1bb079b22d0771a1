import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { signedIn, startSession } from '#slices/sessions'
import { consumeLink } from '#slices/verifications'
import { acceptProof } from './proof.js'

/** Signs in by the token of a link, which works once. */
export const verifyMagicLink = implement(api.authentication.verifyMagicLink).handler(
  async (call, { body }) => {
    const session = await call.tx(async (tx) => {
      const user = await acceptProof(call, tx, await consumeLink(tx, 'magic_link', body.token))
      return startSession(call, tx, user.id)
    })
    return signedIn(call, session)
  },
)
