import type { Clock } from '#kernel/clock'
import type { Queries, Transaction } from '#kernel/queries'
import { createVerificationCounter } from './count-verifications.js'
import { createKeyFinder } from './find-keys.js'
import * as store from './store.js'
import { createLimits } from './take-from-limits.js'
import { type Verifier, verifyApiKey } from './verify-api-key.js'

export { type Verifier, verify } from './verify-api-key.js'

/**
 * What verifications share on one node; `flush` writes down what was counted. Counts are written in transactions, on
 * connections that no look-up waits for.
 */
export function createVerifier(
  anywhere: Queries,
  transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  clock: Clock,
): Verifier & { readonly flush: () => Promise<void> } {
  const { count, flush } = createVerificationCounter(
    (counts) => transaction((tx) => store.countKeys(tx, counts)),
    clock,
  )
  return { find: createKeyFinder(anywhere), limits: createLimits(), count, flush }
}

export const endpointsOf = (verifier: Verifier) => [verifyApiKey(verifier)]
