import type { Dialect } from '@claviger/contract'
import { refuse } from './errors.js'

/** Fluxbase's admin API, spoken by Claviger. */
export const fluxbase: Dialect = {
  name: 'fluxbase',
  routes: [],
  isForBrowsers: true,
  refuse,
}
