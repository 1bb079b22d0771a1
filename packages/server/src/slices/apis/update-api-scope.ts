import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { knownScope } from './known-scope.js'
import { presentScope } from './present.js'
import * as store from './store.js'

/** Changes the description of a scope. */
export const updateApiScope = implement(api.apis.updateApiScope).handler(
  async (call, { params, body: { description } }) =>
    call.tx(async (tx) => {
      const before = await knownScope(tx, params)
      if (description === undefined || description === before.description)
        return { scope: presentScope(before) }
      const row = await store.describeScope(tx, before.api_id, before.id, description)
      if (!row) throw fail(errors.api_scope_not_found)
      const scope = presentScope(row)
      await call.record(tx, 'api_scope.updated', { scope })
      return { scope }
    }),
)
