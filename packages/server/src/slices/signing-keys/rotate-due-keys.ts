import type { Queries, Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import { appendEvent } from '#platform/db/append-event'
import { addKey } from './keys.js'
import { presentSigningKey } from './present.js'
import { publishedBeforeUseSeconds, rotationAgeDays } from './signing-key.js'
import * as store from './store.js'

/** Publishes the next key of every environment whose newest one is a month old. The worker's daily job. */
export async function rotateDueKeys(
  anywhere: Queries,
  inEnvironment: (environmentId: string, work: (tx: Transaction) => Promise<void>) => Promise<void>,
  seal: Seal,
): Promise<number> {
  const due = await store.listDueForRotation(anywhere, rotationAgeDays)
  for (const { environment_id, algorithm } of due) {
    await inEnvironment(environment_id, async (tx) => {
      await store.lockKeys(tx)
      if (await store.findNextKey(tx)) return
      const row = await addKey(tx, seal, algorithm ?? 'ES256', publishedBeforeUseSeconds)
      const data = { signingKey: presentSigningKey(row) }
      await appendEvent(tx, { type: 'signing_key.created', data, principal: 'system', requestId: null })
    })
  }
  return due.length
}
