import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Answers one key, without its secret. */
export const getApiKey = implement(api.apiKeys.getApiKey).handler(async (call, { params }) => {
  const row = await store.findKey(call.read, params.apiKeyId)
  if (!row) throw fail(errors.api_key_not_found)
  return { apiKey: presentApiKey(row) }
})
