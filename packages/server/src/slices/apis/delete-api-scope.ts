import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { knownScope } from './known-scope.js'
import { presentScope } from './present.js'
import * as store from './store.js'

/** Deletes a scope and takes it from whoever has it; nobody is given it meanwhile, who waits for the API. */
export const deleteApiScope = implement(api.apis.deleteApiScope).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    await store.lockApi(tx, params.apiId)
    const scope = await knownScope(tx, params)
    await store.deleteScope(tx, scope)
    await call.record(tx, 'api_scope.deleted', { scope: presentScope(scope) })
  })
  return { ok: true as const }
})
