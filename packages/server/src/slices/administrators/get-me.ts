import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Answers the signed-in administrator. */
export const getMe = implement(api.instance.getMe).handler(async (call) => {
  const row = await store.findAdministrator(call.read, call.principal.id)
  if (!row?.joined_at) throw fail(errors.invalid_session)
  return { administrator: presentAdministrator(row) }
})
