import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

/** Finds a scope, or tells which of the two names nothing. */
export async function knownScope(
  queries: Queries,
  { apiId, scopeId }: { readonly apiId: string; readonly scopeId: string },
): Promise<store.ScopeRow> {
  const scope = await store.findScope(queries, apiId, scopeId)
  if (scope) return scope
  throw fail((await store.findApi(queries, apiId)) ? errors.api_scope_not_found : errors.api_not_found)
}
