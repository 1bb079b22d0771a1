import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { addKey, currentSigner } from './keys.js'
import { presentSigningKey } from './present.js'
import { publishedBeforeUseSeconds } from './signing-key.js'
import * as store from './store.js'

/** Publishes the next key; it takes over once every verifier can have fetched it. */
export const rotateSigningKey = implement(api.signingKeys.rotateSigningKey).handler(async (call) => {
  // An environment that has signed nothing yet gets its first key now, so that the next one has one to follow.
  await currentSigner(call)
  const signingKey = await call.tx(async (tx) => {
    await store.lockKeys(tx)
    const next = await store.findNextKey(tx)
    if (next) throw fail(errors.rotation_in_progress, { activatesAt: next.activates_at })
    const { signingAlgorithm } = call.environment.settings
    const added = presentSigningKey(await addKey(tx, call.seal, signingAlgorithm, publishedBeforeUseSeconds))
    await call.record(tx, 'signing_key.created', { signingKey: added })
    return added
  })
  return { signingKey }
})
