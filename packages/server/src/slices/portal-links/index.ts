import { createPortalApiKey } from './create-portal-api-key.js'
import { createPortalLink } from './create-portal-link.js'
import { getPortalSession } from './get-portal-session.js'
import { listPortalApiKeys } from './list-portal-api-keys.js'
import { openPortal } from './open-portal.js'
import { revokePortalApiKey } from './revoke-portal-api-key.js'
import { rotatePortalApiKey } from './rotate-portal-api-key.js'

export const endpoints = [
  createPortalLink,
  openPortal,
  getPortalSession,
  listPortalApiKeys,
  createPortalApiKey,
  rotatePortalApiKey,
  revokePortalApiKey,
]

export { createPortalAuthenticator } from './authenticate-portal.js'
export { endPortalsOfUser, sweepPortalLinks } from './store.js'
