import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { endAllOfDevice } from './ending.js'
import { presentDevice } from './present.js'
import * as store from './store.js'

/** Forgets a device of a user, and ends its sessions; somebody else's is as unknown as none. */
export async function forget(call: Call, tx: Transaction, userId: string, deviceId: string): Promise<void> {
  const device = await store.lockDevice(tx, userId, deviceId)
  if (!device) throw fail(errors.device_not_found)
  // While the sessions still say which device they are of.
  await endAllOfDevice(call, tx, deviceId)
  await store.deleteDevice(tx, deviceId)
  await call.record(tx, 'device.deleted', { device: presentDevice(device) })
}

/** Forgets every device of a user. */
export async function forgetAll(call: Call, tx: Transaction, userId: string): Promise<void> {
  for (const { id } of await store.findDevicesOf(tx, userId)) await forget(call, tx, userId, id)
}
