import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { presentIdentity } from './present.js'
import * as store from './store.js'

/** Takes an identity away from its user. */
export async function unlink(call: Call, tx: Transaction, identity: store.IdentityRow): Promise<void> {
  await store.deleteIdentity(tx, identity.id)
  await call.record(tx, 'identity.unlinked', { identity: presentIdentity(identity) })
}

/** Takes every identity of a user away, the last way in included. */
export async function unlinkAll(call: Call, tx: Transaction, userId: string): Promise<void> {
  for (const identity of await store.listIdentitiesOf(tx, userId)) await unlink(call, tx, identity)
}
