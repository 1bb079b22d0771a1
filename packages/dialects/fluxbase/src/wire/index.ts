import type { Dialect } from '@claviger/contract'
import { authenticationRoutes } from './authentication.js'
import { credentialOf } from './credential.js'
import { refuse } from './errors.js'
import { invitationRoutes } from './invitations.js'
import { serviceKeyRoutes } from './service-keys.js'
import { tenantRoutes } from './tenants.js'
import { userRoutes } from './users.js'

/** Fluxbase's admin API, spoken by Claviger. */
export const fluxbase: Dialect = {
  name: 'fluxbase',
  routes: [...authenticationRoutes, ...userRoutes, ...tenantRoutes, ...serviceKeyRoutes, ...invitationRoutes],
  credential: credentialOf,
  isForBrowsers: true,
  refuse,
}
