import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { remove } from './remove.js'

/** Deletes a passkey of the signed-in user. */
export const deleteMyPasskey = implement(api.passkeys.deleteMyPasskey).handler(async (call, { params }) => {
  await call.tx((tx) => remove(call, tx, call.principal.id, params.passkeyId))
  return { ok: true as const }
})
