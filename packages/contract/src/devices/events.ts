import { defineEvents, Wrapped } from '../define/index.js'
import { Device } from './schemas.js'

const data = Wrapped('device', Device)

export const deviceEvents = defineEvents({
  'device.created': { summary: 'A user signed in on a device for the first time.', data },
  'device.deleted': { summary: 'A device was forgotten, and its sessions ended.', data },
})
