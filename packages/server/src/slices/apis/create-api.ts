import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { isManagementAudience } from './management-api.js'
import { presentApi } from './present.js'
import * as store from './store.js'

/** Registers an API; no other one of the environment may have its audience, this server's own included. */
export const createApi = implement(api.apis.createApi).handler(async (call, { body: { name, audience } }) => {
  if (isManagementAudience(call.publicUrl, audience)) throw fail(errors.audience_taken, { audience })
  return call.tx(async (tx) => {
    const made = presentApi(call, await store.insertApi(tx, { id: newId(), name, audience }))
    await call.record(tx, 'api.created', { api: made })
    return { api: made }
  })
})
