import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { listMyApiKeys, listOrganizationApiKeys } from '#slices/api-keys'
import { asOwner } from './as-owner.js'

/** Lists the keys that the portal is for. */
export const listPortalApiKeys = implement(api.portalLinks.listPortalApiKeys).handler((call, input) =>
  asOwner(call, input, { user: listMyApiKeys, organization: listOrganizationApiKeys }),
)
