import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import * as store from './store.js'

/** What a user can prove itself by, or is known by, besides a password. */
const kinds = ['passkeys', 'identities', 'second factors', 'devices'] as const
export type CredentialKind = (typeof kinds)[number]

/** Takes every credential of one kind away from a user, each with its event. */
export type CredentialRemover = (call: Call, tx: Transaction, userId: string) => Promise<void>

const removers = new Map<CredentialKind, CredentialRemover>()

/** Registers what goes with the password when somebody else turns out to be the owner of an account. */
export function removeWithPassword(kind: CredentialKind, remover: CredentialRemover): void {
  removers.set(kind, remover)
}

/**
 * Takes away every way in that was set up for a user. Who sets one up in an account whose address is somebody
 * else's waits for its owner to come (account pre-hijacking, USENIX Security 2022), so none may be left over.
 */
export async function removeCredentials(call: Call, tx: Transaction, userId: string): Promise<void> {
  await store.deletePassword(tx, userId)
  for (const kind of kinds) {
    const remove = removers.get(kind)
    if (!remove) throw new Error(`Nobody takes the ${kind} of a user away.`)
    await remove(call, tx, userId)
  }
}
