import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { myMembership, requireRole } from '#slices/organizations'
import { requireOffer } from './offered.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Lists the keys of an organization and of its members for it, for its owners and admins. */
export const listOrganizationApiKeys = implement(api.apiKeys.listOrganizationApiKeys).handler(
  async (call, { params, query }) => {
    requireOffer(call, 'organizations')
    const request = pageRequest(query)
    const { organizationId } = params
    requireRole((await myMembership(call, call.read, organizationId)).role, 'admin')
    const rows = await store.listKeys(call.read, { organizationId }, request)
    return pageOf('apiKeys', request, rows, presentApiKey)
  },
)
