import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { holdScopes } from '#slices/apis'
import { withGiven } from './api-key.js'
import { lockKnownKey } from './change.js'
import { readScopes } from './check-new-keys.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Changes the fields that are named; credits that are due are filled up first. */
export const updateApiKey = implement(api.apiKeys.updateApiKey).handler(async (call, { params, body }) => {
  const apiKey = await call.tx(async (tx) => {
    const key = await lockKnownKey(tx, params.apiKeyId)
    if (key.status === 'revoked') throw fail(errors.api_key_revoked)
    const before = presentApiKey(key)
    if (Object.keys(body).length === 0) return before
    const terms = withGiven(before, body)
    const scopes = body.scopes
      ? readScopes(await holdScopes(tx, [key.api_id]), { apiId: key.api_id, scopes: body.scopes })
      : before.scopes
    const updated = presentApiKey(await store.updateTerms(tx, key, { ...terms, scopes }))
    await call.record(tx, 'api_key.updated', { apiKey: updated })
    return updated
  })
  return { apiKey }
})
