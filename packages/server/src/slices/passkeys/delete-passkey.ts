import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findUser } from '#slices/users'
import { remove } from './remove.js'

/** Deletes a passkey of a user, who lost the device for instance. */
export const deletePasskey = implement(api.passkeys.deletePasskey).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    if (!(await findUser(tx, params.userId))) throw fail(errors.user_not_found)
    await remove(call, tx, params.userId, params.passkeyId)
  })
  return { ok: true as const }
})
