import type { SecretKey } from '@claviger/contract'
import type { KeyRow } from './store.js'

export function presentSecretKey(row: KeyRow): SecretKey {
  return {
    id: row.id,
    kind: row.kind as SecretKey['kind'],
    name: row.name,
    prefix: row.prefix,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    createdAt: row.created_at,
  }
}
