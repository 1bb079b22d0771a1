import type { Passkey } from '@claviger/contract'
import type { PasskeyRow } from './store.js'

export function presentPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    aaguid: row.aaguid,
    deviceType: row.device_type as Passkey['deviceType'],
    backedUp: row.backed_up,
    transports: [...row.transports],
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
