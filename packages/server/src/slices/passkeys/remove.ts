import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { presentPasskey } from './present.js'
import * as store from './store.js'

/** Deletes every passkey of a user. */
export async function removeAll(call: Call, tx: Transaction, userId: string): Promise<void> {
  for (const row of await store.deletePasskeysOf(tx, userId))
    await call.record(tx, 'passkey.deleted', { passkey: presentPasskey(row) })
}

/** Deletes a passkey of a user; somebody else's is as unknown as none. */
export async function remove(call: Call, tx: Transaction, userId: string, passkeyId: string): Promise<void> {
  const row = await store.deletePasskey(tx, userId, passkeyId)
  if (!row) throw fail(errors.passkey_not_found)
  await call.record(tx, 'passkey.deleted', { passkey: presentPasskey(row) })
}
