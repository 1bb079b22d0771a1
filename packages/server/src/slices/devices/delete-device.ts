import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findUser } from '#slices/users'
import { forget } from './forget.js'

/** Forgets a device of a user, which was stolen for instance. */
export const deleteDevice = implement(api.devices.deleteDevice).handler(async (call, { params }) => {
  await call.tx(async (tx) => {
    if (!(await findUser(tx, params.userId))) throw fail(errors.user_not_found)
    await forget(call, tx, params.userId, params.deviceId)
  })
  return { ok: true as const }
})
