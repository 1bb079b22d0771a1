import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import * as store from './store.js'

/** Finds an API of the customer's own for a change, which others have to wait for. */
export async function lockChangeableApi(tx: Transaction, id: string): Promise<store.ApiRow> {
  const api = await store.lockApi(tx, id)
  if (!api) throw fail(errors.api_not_found)
  if (api.audience === null) throw fail(errors.management_api_fixed)
  return api
}
