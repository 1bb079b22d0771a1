import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'

/** Ends the sessions of a device. */
export type DeviceEnder = (call: Call, tx: Transaction, deviceId: string) => Promise<number>

let registered: DeviceEnder | undefined

/** Registers what ends with a device: devices know nothing of the sessions above them. */
export function endWithDevice(ender: DeviceEnder): void {
  registered = ender
}

export async function endAllOfDevice(call: Call, tx: Transaction, deviceId: string): Promise<void> {
  if (!registered) throw new Error('Nobody ends the sessions of a device.')
  await registered(call, tx, deviceId)
}
