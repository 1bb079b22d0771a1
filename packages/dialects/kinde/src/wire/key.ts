import type { ApiKey } from '@claviger/contract'
import { apiId, apiKeyId, idOrNull, orgCode, userId } from './ids.js'

/** The statuses of ours that each of Kinde's stands for. */
export const statuses = {
  active: ['active'],
  inactive: ['disabled', 'expired', 'owner_disabled'],
  revoked: ['revoked'],
} as const satisfies Record<string, readonly ApiKey['status'][]>

export function kindeStatus(status: ApiKey['status']): keyof typeof statuses {
  return status === 'active' || status === 'revoked' ? status : 'inactive'
}

export const keyTypes = ['user', 'organization', 'environment'] as const

/** What Kinde shows of a key. The code of its organization has two names there; both are given. */
export function keyOf(key: ApiKey) {
  const organization = idOrNull(orgCode, key.organizationId)
  return {
    id: apiKeyId.of(key.id),
    name: key.name,
    type: key.userId !== null ? 'user' : key.organizationId !== null ? 'organization' : 'environment',
    status: kindeStatus(key.status),
    key_prefix: key.prefix?.slice(0, 6) ?? null,
    key_suffix: key.suffix,
    created_on: key.createdAt,
    last_verified_on: key.lastVerifiedAt,
    last_verified_ip: key.lastVerifiedIp,
    created_by: key.createdBy,
    api_ids: [apiId.of(key.apiId)],
    scopes: key.scopes,
    verification_count: key.verificationCount,
    organization_id: organization,
    org_code: organization,
    user_id: idOrNull(userId, key.userId),
  }
}
