import type { Dialect } from '@claviger/contract'
import { apiKeyRoutes } from './api-keys.js'
import { apiRoutes } from './apis.js'
import { applicationRoutes } from './applications.js'
import { refuse } from './errors.js'
import { verifyApiKey } from './verify.js'

/** Kinde's API keys, spoken by Claviger. */
export const kinde: Dialect = {
  name: 'kinde',
  routes: [verifyApiKey, ...apiKeyRoutes, ...apiRoutes, ...applicationRoutes],
  refuse,
}
