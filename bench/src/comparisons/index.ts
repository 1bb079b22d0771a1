import type { Comparison } from './comparison.js'
import { keys } from './keys.js'
import { scale } from './scale.js'
import { users } from './users.js'

/** Every comparison that `npm run bench` knows, in the order in which it runs them. */
export const comparisons: readonly Comparison[] = [users, keys, scale]
