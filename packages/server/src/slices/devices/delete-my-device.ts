import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { forget } from './forget.js'

/** Forgets a device of the signed-in user; the one that asks may be it, and is signed out then. */
export const deleteMyDevice = implement(api.devices.deleteMyDevice).handler(async (call, { params }) => {
  await call.tx((tx) => forget(call, tx, call.principal.id, params.deviceId))
  return { ok: true as const }
})
