import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockChangeableApi } from './known-api.js'
import { presentApi } from './present.js'
import * as store from './store.js'

/** Renames an API. */
export const updateApi = implement(api.apis.updateApi).handler(async (call, { params, body: { name } }) =>
  call.tx(async (tx) => {
    const row = await lockChangeableApi(tx, params.apiId)
    if (name === undefined || name === row.name) return { api: presentApi(call, row) }
    const updated = presentApi(call, await store.renameApi(tx, row.id, name))
    await call.record(tx, 'api.updated', { api: updated })
    return { api: updated }
  }),
)
