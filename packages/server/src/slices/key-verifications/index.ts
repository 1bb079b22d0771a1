import type { Clock } from '#kernel/clock'
import type { Queries } from '#kernel/queries'
import { createVerificationCounter } from './count-verifications.js'
import { createKeyFinder } from './find-keys.js'
import * as store from './store.js'
import { createLimits } from './take-from-limits.js'
import { type Verifier, verifyApiKey } from './verify-api-key.js'

export { type Verifier, verify } from './verify-api-key.js'

/** What verifications share on one node; `flush` writes down what was counted. */
export function createVerifier(
  { anywhere, aside }: { anywhere: Queries; aside: Queries },
  clock: Clock,
): Verifier & { readonly flush: () => Promise<void> } {
  const { count, flush } = createVerificationCounter((counts) => store.countKeys(aside, counts), clock)
  return { find: createKeyFinder(anywhere), limits: createLimits(), count, flush }
}

export const endpointsOf = (verifier: Verifier) => [verifyApiKey(verifier)]
