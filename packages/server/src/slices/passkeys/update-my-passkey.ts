import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentPasskey } from './present.js'
import * as store from './store.js'

/** Renames a passkey of the signed-in user; somebody else's is as unknown as none. */
export const updateMyPasskey = implement(api.passkeys.updateMyPasskey).handler(
  async (call, { params, body }) => {
    const passkey = await call.tx(async (tx) => {
      const row = await store.renamePasskey(tx, call.principal.id, params.passkeyId, body.name)
      if (!row) throw fail(errors.passkey_not_found)
      await call.record(tx, 'passkey.updated', { passkey: presentPasskey(row) })
      return presentPasskey(row)
    })
    return { passkey }
  },
)
