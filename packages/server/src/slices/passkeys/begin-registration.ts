import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findUser } from '#slices/users'
import { challengeLifetimeSeconds, makeChallenge } from './challenge.js'
import { algorithms, passkeysMax, userHandle } from './passkey.js'
import { namedParty } from './relying-party.js'
import * as store from './store.js'

/** Asks the browser of a signed-in user for a passkey, other than those that the user has. */
export const beginRegistration = implement(api.passkeys.beginRegistration).handler(async (call) => {
  const party = namedParty(call)
  const { id: userId } = call.principal
  const [user, known] = await Promise.all([
    findUser(call.read, userId),
    store.findCredentialsOf(call.read, userId),
  ])
  if (!user) throw fail(errors.invalid_session)
  if (known.length >= passkeysMax) throw fail(errors.passkey_limit_reached, { passkeysMax })
  const name = user.emails[0]?.email ?? user.username ?? party.id
  return {
    options: {
      challenge: await makeChallenge(call, userId),
      rp: { id: party.id, name: party.id },
      user: { id: userHandle(userId), name, displayName: name },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key' as const, alg })),
      timeout: challengeLifetimeSeconds * 1_000,
      attestation: 'none' as const,
      excludeCredentials: known.map(({ credential_id, transports }) => ({
        id: credential_id.toString('base64url'),
        type: 'public-key' as const,
        transports,
      })),
      authenticatorSelection: {
        residentKey: 'required' as const,
        requireResidentKey: true as const,
        userVerification: 'required' as const,
      },
    },
  }
})
