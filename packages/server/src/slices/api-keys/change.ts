import { type ApiKey, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { makeKey } from './api-key.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Finds a key for a change, which others have to wait for; one that is not the caller's is as unknown as none. */
export async function lockKnownKey(
  tx: Transaction,
  id: string,
  isKnown: (key: store.KeyRow) => boolean = () => true,
): Promise<store.KeyRow> {
  const key = await store.lockKey(tx, id)
  if (!key || !isKnown(key)) throw fail(errors.api_key_not_found)
  return key
}

/** Gives a locked key another secret. Of two who do so at once, the later one has the secret that works. */
export async function rotate(
  call: Call,
  tx: Transaction,
  key: store.KeyRow,
  overlapSeconds = 0,
): Promise<{ apiKey: ApiKey; secret: string }> {
  if (key.status === 'revoked') throw fail(errors.api_key_revoked)
  const { secret, kept } = makeKey(call.environment.name)
  const apiKey = presentApiKey(await store.replaceSecret(tx, key.id, { secret: kept, overlapSeconds }))
  await call.record(tx, 'api_key.rotated', { apiKey })
  return { apiKey, secret }
}

/** Revokes a locked key for good; the first time counts. */
export async function revoke(
  call: Call,
  tx: Transaction,
  key: store.KeyRow,
  reason: string | null,
): Promise<ApiKey> {
  if (key.status === 'revoked') return presentApiKey(key)
  const apiKey = presentApiKey(await store.revokeKey(tx, key.id, { by: call.principal.id, reason }))
  await call.record(tx, 'api_key.revoked', { apiKey })
  return apiKey
}
