import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lockMyMembership, requireRole } from '#slices/organizations'
import { lockKnownKey, rotate } from './change.js'
import { requireOffer } from './offered.js'

/** Gives a key of an organization another secret. With that of a member an admin would be taken for the member. */
export const rotateOrganizationApiKey = implement(api.apiKeys.rotateOrganizationApiKey).handler(
  async (call, { params }) => {
    requireOffer(call, 'organizations')
    const { apiKeyId, organizationId } = params
    return call.tx(async (tx) => {
      requireRole((await lockMyMembership(call, tx, organizationId)).role, 'admin')
      const key = await lockKnownKey(tx, apiKeyId, (found) => found.organization_id === organizationId)
      if (key.user_id !== null) throw fail(errors.api_key_of_member)
      return rotate(call, tx, key)
    })
  },
)
