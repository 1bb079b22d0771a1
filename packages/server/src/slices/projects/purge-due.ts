import type { Project } from '@claviger/contract'
import type { Transaction } from '#kernel/queries'
import { presentProject } from './present.js'
import * as store from './store.js'

/** What the worker lends, since nobody calls: transactions above all environments, and a way to record. */
export interface Purge {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  record(tx: Transaction, data: { project: Project }): Promise<void>
}

/** So few that a batch takes no noticeable time, and its locks hold nobody up. */
const batchRowsMax = 1_000

/**
 * Removes what waits to be removed for good, a batch a transaction, until nothing waits or it is told to stop. How
 * far it is stands in the tables alone: a worker that dies has done every batch or not, and the next goes on there.
 */
export async function purgeDue(
  purge: Purge,
  stop: AbortSignal,
  rowsMax: number = batchRowsMax,
): Promise<void> {
  let waits = true
  while (waits && !stop.aborted) waits = await purge.transaction((tx) => purgeBatch(purge, tx, rowsMax))
}

/** Removes one batch of rows, or a project that has none left; answers whether there was one. */
async function purgeBatch({ record }: Purge, tx: Transaction, rowsMax: number): Promise<boolean> {
  if ((await store.purgeEnvironment(tx, rowsMax)) !== null) return true
  const row = await store.purgeProject(tx)
  if (row) await record(tx, { project: presentProject(row) })
  return row !== undefined
}
