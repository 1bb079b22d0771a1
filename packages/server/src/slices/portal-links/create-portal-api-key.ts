import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { createMyApiKey, createOrganizationApiKey } from '#slices/api-keys'
import { asOwner } from './as-owner.js'

/** Makes a key of whom the portal is for. */
export const createPortalApiKey = implement(api.portalLinks.createPortalApiKey).handler((call, input) =>
  asOwner(call, input, { user: createMyApiKey, organization: createOrganizationApiKey }),
)
