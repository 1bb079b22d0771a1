import type { Clock } from '#kernel/clock'
import type { LookUps } from '#kernel/look-up'
import type { Queries } from '#kernel/queries'
import { createVerificationCounter } from './count-verifications.js'
import * as store from './store.js'
import { createLimits } from './take-from-limits.js'
import { type Verifier, verifyApiKey } from './verify-api-key.js'

export { type Verifier, verify } from './verify-api-key.js'

/**
 * What verifications share on one node. A key is looked up in every environment that knows it: each may know the same
 * imported key, with what it means to it. No checksum is looked at: a key that was taken over from another system has
 * none. `flush` writes down or notes what was counted, and `foldForgotten` adds to the rows what any node has noted and
 * not added for so many minutes.
 */
export function createVerifier(
  aside: Queries,
  lookUps: LookUps,
  clock: Clock,
): Verifier & {
  readonly flush: () => Promise<void>
  readonly foldForgotten: (minutes: number) => Promise<void>
} {
  const fold = (part: number) => store.foldCounts(aside, part)
  const { count, flush } = createVerificationCounter(
    {
      count: (counts) => store.countKeys(aside, counts),
      note: (counts) => store.noteCounts(aside, counts),
      fold,
    },
    clock,
  )
  return {
    find: lookUps(store.bySecret),
    limits: createLimits(),
    count,
    flush,
    async foldForgotten(minutes) {
      for (const part of await store.findUnfoldedParts(aside, minutes)) await fold(part)
    },
  }
}

export const endpointsOf = (verifier: Verifier) => [verifyApiKey(verifier)]
