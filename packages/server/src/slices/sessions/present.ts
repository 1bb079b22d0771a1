import type { Session } from '@claviger/contract'
import { deviceName } from '#slices/devices'
import type { SessionRow } from './store.js'

export function presentSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    status: row.status,
    activeOrgId: row.active_organization_id,
    deviceId: row.device_id,
    deviceName: deviceName(row.user_agent),
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastActiveAt: row.refreshed_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
  }
}
