import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockMyMembership, requireRole } from '#slices/organizations'
import { lockKnownKey, revoke } from './change.js'
import { requireOffer } from './offered.js'

/** Revokes a key of an organization, or of a member for it, for good. */
export const revokeOrganizationApiKey = implement(api.apiKeys.revokeOrganizationApiKey).handler(
  async (call, { params }) => {
    requireOffer(call, 'organizations')
    const { apiKeyId, organizationId } = params
    const apiKey = await call.tx(async (tx) => {
      requireRole((await lockMyMembership(call, tx, organizationId)).role, 'admin')
      const key = await lockKnownKey(tx, apiKeyId, (found) => found.organization_id === organizationId)
      return revoke(call, tx, key, null)
    })
    return { apiKey }
  },
)
