import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { BackendPrincipal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { hashSecret, makeSecret } from '#kernel/secret'
import { type GivenTerms, type KeyKind, keyPrefix, shownPrefixLength } from './secret-key.js'
import * as store from './store.js'

/** Makes a key and keeps what recognises it; the secret is in what this answers and nowhere else. */
export async function mintKey(
  call: Call<BackendPrincipal>,
  tx: Transaction,
  kind: KeyKind,
  terms: GivenTerms,
): Promise<{ row: store.KeyRow; secret: string }> {
  // Two keys in 2^47 begin alike; who meets that gets another one.
  for (;;) {
    const secret = makeSecret(keyPrefix(kind, call.environment.name))
    const row = await store.insertKey(tx, {
      id: newId(),
      kind,
      prefix: secret.slice(0, shownPrefixLength),
      hash: hashSecret(secret),
      createdBy: call.principal.id,
      terms,
    })
    if (row) return { row, secret }
  }
}
