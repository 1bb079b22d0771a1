import { type Application, type ApplicationApi, errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { BackendPrincipal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { type ApiRow, holdApi, holdScopes, keysOfScopes } from '#slices/apis'
import { refuseStrongerApplication } from './changeable-application.js'
import { permissionOf } from './management-scopes.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Finds an API that stays until the transaction is over. */
export async function holdKnownApi(tx: Transaction, id: string): Promise<ApiRow> {
  const api = await holdApi(tx, id)
  if (!api) throw fail(errors.api_not_found)
  return api
}

/** Allows a locked application scopes of an API, in place of those that it was allowed before. */
export async function allow(
  call: Call<BackendPrincipal>,
  tx: Transaction,
  before: store.ApplicationRow,
  { apiId, scopes }: ApplicationApi,
): Promise<Application> {
  await refuseStrongerApplication(call, tx, { apis: [{ apiId, scopes }] })
  await store.allowApi(tx, before.id, apiId, scopes === '*' ? null : scopes)
  const application = presentApplication((await store.findApplication(tx, before.id)) ?? before)
  await call.record(tx, 'application.api_allowed', { application })
  return application
}

/** Takes an API from a locked application; what it was not allowed is not told apart. */
export async function remove(
  call: Call,
  tx: Transaction,
  before: store.ApplicationRow,
  apiId: string,
): Promise<void> {
  if (!(await store.removeApi(tx, before.id, apiId))) return
  const apis = before.apis.filter((each) => each.apiId !== apiId)
  await call.record(tx, 'application.api_removed', { application: presentApplication({ ...before, apis }) })
}

/** The keys of the scopes of an API that are named by their keys or ids; those of the management API have no ids. */
export async function readScopes(
  tx: Transaction,
  { id, audience }: ApiRow,
  names: readonly string[],
): Promise<string[]> {
  const keys =
    audience === null
      ? names.map((name) => (permissionOf(name) === undefined ? undefined : name))
      : keysOfScopes((await holdScopes(tx, [id])).get(id) ?? new Map(), names)
  const unknown = keys.indexOf(undefined)
  if (unknown !== -1) throw fail(errors.unknown_scope, { scope: names[unknown] ?? '' })
  return [...new Set(keys as string[])]
}
