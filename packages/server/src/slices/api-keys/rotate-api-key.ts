import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockKnownKey, rotate } from './change.js'

/** Gives a key another secret, and lets the old one work for the overlap that is asked for. */
export const rotateApiKey = implement(api.apiKeys.rotateApiKey).handler((call, { params, body }) =>
  call.tx(async (tx) => rotate(call, tx, await lockKnownKey(tx, params.apiKeyId), body.overlapSeconds)),
)
