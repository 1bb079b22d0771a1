import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { Failure, fail } from '#kernel/failure'
import { signedIn, startSession } from '#slices/sessions'
import { lockUser } from '#slices/users'
import { takeChallenge } from './challenge.js'
import { challengeOf, verifyPasskey } from './passkey.js'
import { presentPasskey } from './present.js'
import { relyingParty } from './relying-party.js'
import * as store from './store.js'

/**
 * Signs in with a passkey alone. An authenticator that counts less than it did may have been copied (WebAuthn
 * Level 3 section 6.1.1): that is refused and recorded.
 */
export const completeAuthentication = implement(api.passkeys.completeAuthentication).handler(
  async (call, { body: { credential } }) => {
    const challenge = challengeOf(credential)
    // Refusals are returned, not thrown: the challenge stays used up, and what was noticed stays recorded.
    const session = await call.tx(async (tx) => {
      const good = challenge !== undefined && (await takeChallenge(tx, challenge, null))
      const found = good
        ? await store.findByCredential(tx, Buffer.from(credential.id, 'base64url'))
        : undefined
      const signed =
        found &&
        (await verifyPasskey(relyingParty(call), credential, {
          userId: found.user_id,
          publicKey: found.public_key,
        }))
      if (!found || !signed) return fail(errors.invalid_passkey)
      // A ban or a deletion that came in between holds this lock first.
      const user = await lockUser(tx, found.user_id)
      if (!user || user.is_banned) return fail(errors.invalid_credentials)
      if (await store.usePasskey(tx, found.id, signed)) return startSession(call, tx, user.id)
      const current = await store.findPasskey(tx, found.id)
      if (current) {
        await call.record(tx, 'passkey.sign_count_fell', {
          passkey: presentPasskey(current),
          storedCount: Number(current.sign_count),
          presentedCount: signed.signCount,
        })
      }
      return fail(errors.invalid_passkey)
    })
    if (session instanceof Failure) throw session
    return signedIn(call, session)
  },
)
