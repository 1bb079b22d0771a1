import type { ApiKey } from '@claviger/contract'
import type { KeyRow } from './store.js'

export function presentApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    apiId: row.api_id,
    name: row.name,
    userId: row.user_id,
    organizationId: row.organization_id,
    prefix: row.prefix,
    suffix: row.suffix,
    scopes: row.scopes,
    status: row.status,
    enabled: row.enabled,
    expiresAt: row.expires_at,
    previousSecretEndsAt: row.previous_ends_at,
    ipAllowList: row.ip_allow_list,
    rateLimitPerMinute: row.rate_limit_per_minute,
    credits: row.credits,
    creditRefill: presentRefill(row),
    creditRefillAt: row.credits_refill_at,
    metadata: row.metadata,
    createdBy: row.created_by,
    verificationCount: row.verification_count,
    lastVerifiedAt: row.last_verified_at,
    lastVerifiedIp: row.last_verified_ip,
    revokedAt: row.revoked_at,
    revocationReason: row.revocation_reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function presentRefill({ credits_refill_amount: amount, credits_refill_interval: interval }: KeyRow) {
  if (amount === null || interval === null) return null
  return { amount, interval: interval as NonNullable<ApiKey['creditRefill']>['interval'] }
}
