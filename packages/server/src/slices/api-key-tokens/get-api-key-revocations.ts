import { api, keyTokenLifetimeSecondsMax } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { currentSigner } from '#slices/signing-keys'
import * as store from './store.js'
import { signed } from './token.js'

/** A list is dated in steps, so that whoever has the one of this step need not be sent it again. */
const stepSeconds = 5
/** For the clocks of verifiers, and for what took a while between being dated and being done. */
const slackSeconds = 60

/** The last list of each environment: signing the same one again would make another text of it. */
const lists = new Map<string, { readonly contents: string; readonly list: string }>()
const listsMax = 1_000

async function revocations(call: Call) {
  const signer = await currentSigner(call)
  // Dated before it is looked up: it knows of everything that had happened by then.
  const now = Math.floor(call.clock.now() / 1_000)
  const iat = now - (now % stepSeconds)
  const rows = await store.listRevocations(call.read, keyTokenLifetimeSecondsMax + slackSeconds)
  const revoked = Object.fromEntries(rows.map((row) => [row.api_key_id, row.token_version]))
  const contents = JSON.stringify([signer.keyId, call.publicUrl, iat, revoked])
  const known = lists.get(call.environment.id)
  if (known?.contents === contents) return { list: known.list }
  const list = await signed(call, signer, {
    type: 'api-key-revocations+jwt',
    claims: { max_age: keyTokenLifetimeSecondsMax, revoked },
    iat,
    exp: iat + keyTokenLifetimeSecondsMax,
  })
  if (lists.size >= listsMax) lists.clear()
  lists.set(call.environment.id, { contents, list })
  return { list }
}

/** Answers the signed list of the environment that the request names, else of the default one. */
export const getApiKeyRevocations = implement(api.apiKeyTokens.getApiKeyRevocations).handler(revocations)

/** The same, for the environment that the path names. */
export const getApiKeyRevocationsOf = implement(api.apiKeyTokens.getApiKeyRevocationsOf).handler(revocations)
