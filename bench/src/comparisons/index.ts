import { verify } from '../verify/verify.js'
import type { Benchmark } from './benchmark.js'
import { benchmarkOf } from './benchmark-of.js'
import { keys } from './keys.js'
import { scale } from './scale.js'
import { users } from './users.js'

/** Every comparison that `npm run bench` knows, in the order in which it runs them. */
export const benchmarks: readonly Benchmark[] = [...[users, keys, scale].map(benchmarkOf), verify]
