import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { lockChangeableApi } from './known-api.js'
import { presentScope } from './present.js'
import * as store from './store.js'

/** Adds a scope to an API. Those of the management API are what permissions there are. */
export const createApiScope = implement(api.apis.createApiScope).handler(
  async (call, { params, body: { key, description = null } }) =>
    call.tx(async (tx) => {
      const { id: apiId } = await lockChangeableApi(tx, params.apiId)
      const scope = presentScope(await store.insertScope(tx, { id: newId(), apiId, key, description }))
      await call.record(tx, 'api_scope.created', { scope })
      return { scope }
    }),
)
