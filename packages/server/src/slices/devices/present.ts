import type { Device } from '@claviger/contract'
import { deviceName } from './device-name.js'
import type { DeviceRow } from './store.js'

export function presentDevice(row: DeviceRow): Device {
  return {
    id: row.id,
    userId: row.user_id,
    name: deviceName(row.user_agent),
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at,
  }
}
