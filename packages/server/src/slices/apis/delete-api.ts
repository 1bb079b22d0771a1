import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockChangeableApi } from './known-api.js'
import { presentApi } from './present.js'
import * as store from './store.js'

/** Deletes an API and with it its scopes, its keys, and what applications are allowed of it. */
export const deleteApi = implement(api.apis.deleteApi).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    const row = await lockChangeableApi(tx, params.apiId)
    await store.deleteApi(tx, row.id)
    await call.record(tx, 'api.deleted', { api: presentApi(call, row) })
  })
  return { ok: true as const }
})
