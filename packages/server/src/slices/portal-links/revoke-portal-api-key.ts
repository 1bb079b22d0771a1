import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { revokeMyApiKey, revokeOrganizationApiKey } from '#slices/api-keys'
import { asOwner } from './as-owner.js'

/** Revokes a key that the portal is for, for good. */
export const revokePortalApiKey = implement(api.portalLinks.revokePortalApiKey).handler((call, input) =>
  asOwner(call, input, { user: revokeMyApiKey, organization: revokeOrganizationApiKey }),
)
