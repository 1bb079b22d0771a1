import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { challengeLifetimeSeconds, makeChallenge } from './challenge.js'
import { namedParty } from './relying-party.js'

/** Asks any browser for whatever passkey it has; the answer is the same whoever exists. */
export const beginAuthentication = implement(api.passkeys.beginAuthentication).handler(async (call) => {
  const party = namedParty(call)
  return {
    options: {
      challenge: await makeChallenge(call, null),
      rpId: party.id,
      timeout: challengeLifetimeSeconds * 1_000,
      userVerification: 'required' as const,
    },
  }
})
