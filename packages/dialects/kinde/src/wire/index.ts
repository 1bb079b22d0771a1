import type { Dialect } from '@claviger/contract'
import { refuse } from './errors.js'

/** Kinde's API keys, spoken by Claviger. */
export const kinde: Dialect = {
  name: 'kinde',
  routes: [],
  refuse,
}
