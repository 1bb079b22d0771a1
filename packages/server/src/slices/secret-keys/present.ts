import type { Revocation, SecretKey } from '@claviger/contract'
import type { KeyRow, RevocationRow } from './store.js'

export function presentSecretKey(row: KeyRow): SecretKey {
  return {
    id: row.id,
    kind: row.kind as SecretKey['kind'],
    name: row.name,
    description: row.description,
    prefix: row.prefix,
    permissions: row.permissions,
    allowedNamespaces: row.allowed_namespaces,
    rateLimitPerMinute: row.rate_limit_per_minute,
    rateLimitPerHour: row.rate_limit_per_hour,
    status: row.status,
    enabled: row.enabled,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    deprecatedAt: row.deprecated_at,
    gracePeriodEndsAt: row.grace_period_ends_at,
    replacedById: row.replaced_by_id,
    usesSinceDeprecation: row.uses_since_deprecation,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    createdAt: row.created_at,
  }
}

export function presentRevocation(row: RevocationRow): Revocation {
  return {
    secretKeyId: row.id,
    name: row.name,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
    reason: row.revocation_reason,
  }
}
