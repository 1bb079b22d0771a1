import { defineErrors } from '../define/index.js'

export const deviceErrors = defineErrors({
  device_not_found: { status: 404, title: 'Device not found', detail: 'Device not found' },
})
