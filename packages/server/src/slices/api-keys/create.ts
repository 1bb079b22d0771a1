import type { ApiKey } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { makeKey } from './api-key.js'
import { type AskedKey, checkNewKeys } from './check-new-keys.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Makes a key and shows its secret, this once: what is stored cannot give it back. */
export async function create(
  call: Call,
  tx: Transaction,
  asked: AskedKey,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const [checked] = await checkNewKeys(tx, [asked])
  if (!checked) throw new Error('A key that was asked for was not looked at.')
  const { secret, kept } = makeKey(call.environment.name)
  const [row] = await store.insertKeys(tx, [
    { ...checked, id: newId(), secret: kept, createdBy: call.principal.id },
  ])
  if (!row) throw new Error('Two secrets of 256 random bits are the same.')
  const apiKey = presentApiKey(row)
  await call.record(tx, 'api_key.created', { apiKey })
  return { apiKey, secret }
}
