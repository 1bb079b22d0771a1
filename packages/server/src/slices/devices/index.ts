import { deleteDevice } from './delete-device.js'
import { deleteMyDevice } from './delete-my-device.js'
import { listDevices } from './list-devices.js'
import { listMyDevices } from './list-my-devices.js'

export const endpoints = [listMyDevices, deleteMyDevice, listDevices, deleteDevice]

export { deviceName } from './device-name.js'
export { endWithDevice } from './ending.js'
export { forgetAll as forgetDevices } from './forget.js'
export { presentDevice } from './present.js'
export { knownDevice, recognizeDevice } from './recognize-device.js'
export { findTokenHashesOf, listDevices as listDeviceRows, sweepDevices } from './store.js'
