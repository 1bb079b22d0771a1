import { api, keyTokenLifetimeSecondsMax } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { signToken } from '#slices/signing-keys'
import * as store from './store.js'

/** A list is signed once in so many seconds, as long as it is the same: whoever has it need not be sent it again. */
const stepSeconds = 5
/** For the clocks of verifiers, and for an end that took a while between its instant and its commit. */
const slackSeconds = 60

/** The last list of each environment. */
const lists = new Map<string, { readonly contents: string; readonly list: string }>()
const listsMax = 1_000

async function revocations(call: Call) {
  const step = Math.floor(call.clock.now() / 1_000 / stepSeconds)
  const rows = await store.listRevocations(call.read, keyTokenLifetimeSecondsMax + slackSeconds)
  const revoked = Object.fromEntries(rows.map((row) => [row.api_key_id, row.token_version]))
  const contents = JSON.stringify([call.publicUrl, step, revoked])
  const known = lists.get(call.environment.id)
  if (known?.contents === contents) return { list: known.list }
  const claims = { env: call.environment.id, max_age: keyTokenLifetimeSecondsMax, revoked }
  const { token: list } = await signToken(call, 'api-key-revocations+jwt', claims, keyTokenLifetimeSecondsMax)
  if (lists.size >= listsMax) lists.clear()
  lists.set(call.environment.id, { contents, list })
  return { list }
}

/** Answers the signed list of the environment that the request names, else of the default one. */
export const getApiKeyRevocations = implement(api.apiKeyTokens.getApiKeyRevocations).handler(revocations)

/** The same, for the environment that the path names. */
export const getApiKeyRevocationsOf = implement(api.apiKeyTokens.getApiKeyRevocationsOf).handler(revocations)
