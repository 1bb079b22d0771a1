import { api } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { currentSigner } from './keys.js'
import * as store from './store.js'

/** The key set of an environment (RFC 7517 section 5). A set without a key would make verifiers give up. */
async function keySet(call: Call) {
  await currentSigner(call)
  const rows = await store.listPublicKeys(call.read)
  return {
    keys: rows.map(({ public_jwk }) => public_jwk as { kty: string; kid: string; alg: string; use: string }),
  }
}

/** Answers the key set of the environment that the request names, else of the default one. */
export const getJsonWebKeySet = implement(api.signingKeys.getJsonWebKeySet).handler(keySet)

/** The same, for the environment that the path names. */
export const getJsonWebKeySetOf = implement(api.signingKeys.getJsonWebKeySetOf).handler(keySet)
