import type { SigningKey } from '@claviger/contract'
import type { SigningKeyRow } from './store.js'

export function presentSigningKey(row: SigningKeyRow): SigningKey {
  return {
    id: row.id,
    algorithm: row.algorithm,
    status: row.status,
    activatesAt: row.activates_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}
