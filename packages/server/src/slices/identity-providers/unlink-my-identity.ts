import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findPasswordHash, lockUser } from '#slices/users'
import * as store from './store.js'
import { unlink } from './unlink.js'

/** Gives up an account as a way in, unless it is the last one: two who give up the last two wait for each other. */
export const unlinkMyIdentity = implement(api.identityProviders.unlinkMyIdentity).handler(
  async (call, { params }) => {
    await call.tx(async (tx) => {
      const user = await lockUser(tx, call.principal.id)
      const identities = await store.listIdentitiesOf(tx, call.principal.id)
      const identity = identities.find(({ id }) => id === params.identityId)
      if (!user || !identity) throw fail(errors.identity_not_found)
      const hasOtherWay =
        user.emails.some(({ isVerified }) => isVerified) ||
        user.phone_number !== null ||
        identities.some(({ id, enabled }) => id !== identity.id && enabled) ||
        (await findPasswordHash(tx, user.id)) !== undefined
      if (!hasOtherWay) throw fail(errors.identity_is_last)
      await unlink(call, tx, identity)
    })
    return { ok: true as const }
  },
)
