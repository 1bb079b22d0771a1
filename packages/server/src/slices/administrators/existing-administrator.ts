import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

/** The administrator of this id. */
export async function existingAdministrator(queries: Queries, id: string): Promise<store.AdministratorRow> {
  const row = await store.findAdministrator(queries, id)
  if (!row) throw fail(errors.administrator_not_found)
  return row
}
