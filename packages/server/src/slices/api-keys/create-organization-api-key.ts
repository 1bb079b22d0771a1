import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockMyMembership, requireRole } from '#slices/organizations'
import { create } from './create.js'
import { keepTheLimit, requireOffer } from './offered.js'

/** Makes a key of an organization, which stays when the member who made it leaves. */
export const createOrganizationApiKey = implement(api.apiKeys.createOrganizationApiKey).handler(
  async (call, { params, body }) => {
    requireOffer(call, 'organizations')
    const owner = { userId: null, organizationId: params.organizationId }
    return call.tx(async (tx) => {
      requireRole((await lockMyMembership(call, tx, owner.organizationId)).role, 'admin')
      await keepTheLimit(tx, owner)
      return create(call, tx, { ...body, ...owner })
    })
  },
)
