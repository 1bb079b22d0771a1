import type { SigningKey } from '@claviger/contract'
import type { Queries, Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import { addKey } from './keys.js'
import { presentSigningKey } from './present.js'
import { publishedBeforeUseSeconds, rotationAgeDays } from './signing-key.js'
import * as store from './store.js'

/** What the worker lends, since nobody calls: transactions in any environment, and a way to record. */
export interface Rotation {
  readonly anywhere: Queries
  readonly seal: Seal
  transaction(environmentId: string, work: (tx: Transaction) => Promise<void>): Promise<void>
  record(tx: Transaction, data: { signingKey: SigningKey }): Promise<void>
  /** Told of an environment that keeps its key until the next run. */
  failed(environmentId: string, error: unknown): void
}

/**
 * Publishes the next key of every environment whose newest one is a month old; answers how many were due. One
 * that fails does not hold up the others.
 */
export async function rotateDueKeys(rotation: Rotation): Promise<number> {
  const { anywhere, seal, transaction, record, failed } = rotation
  const due = await store.listDueForRotation(anywhere, rotationAgeDays)
  for (const { environment_id, algorithm } of due) {
    const rotate = async (tx: Transaction) => {
      await store.lockKeys(tx)
      if (await store.findNextKey(tx)) return
      const row = await addKey(tx, seal, algorithm ?? 'ES256', publishedBeforeUseSeconds)
      await record(tx, { signingKey: presentSigningKey(row) })
    }
    await transaction(environment_id, rotate).catch((error) => failed(environment_id, error))
  }
  return due.length
}
