import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { presentProject } from './present.js'
import * as store from './store.js'

/** Makes a project the default, and records of the one before that it is none any more. */
export async function moveDefault(call: Call, tx: Transaction, id: string): Promise<store.ProjectRow> {
  await store.lockDefault(tx)
  const before = await store.takeDefault(tx)
  const row = await store.giveDefault(tx, id)
  if (!row) throw fail(errors.project_not_found)
  if (before && before.id !== id) {
    await call.record(tx, 'project.updated', { project: presentProject(before) })
  }
  return row
}
