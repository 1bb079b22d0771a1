import type { Verifier } from '#slices/key-verifications'
import { exchangeApiKey } from './exchange-api-key.js'
import { getApiKeyRevocations, getApiKeyRevocationsOf } from './get-api-key-revocations.js'

export const endpointsOf = (verifier: Verifier) => [
  exchangeApiKey(verifier),
  getApiKeyRevocations,
  getApiKeyRevocationsOf,
]

export { sweepRevocations } from './store.js'
