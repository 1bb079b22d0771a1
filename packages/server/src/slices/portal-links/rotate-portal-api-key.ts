import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { rotateMyApiKey, rotateOrganizationApiKey } from '#slices/api-keys'
import { asOwner } from './as-owner.js'

/** Gives a key that the portal is for another secret. */
export const rotatePortalApiKey = implement(api.portalLinks.rotatePortalApiKey).handler((call, input) =>
  asOwner(call, input, { user: rotateMyApiKey, organization: rotateOrganizationApiKey }),
)
