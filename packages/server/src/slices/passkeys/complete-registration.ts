import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { Failure, fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { findSession } from '#slices/sessions'
import { lockUser } from '#slices/users'
import { takeChallenge } from './challenge.js'
import { challengeOf, passkeysMax, verifyNewPasskey } from './passkey.js'
import { presentPasskey } from './present.js'
import { relyingParty } from './relying-party.js'
import * as store from './store.js'

/** Registers the passkey that the browser of a signed-in user made. */
export const completeRegistration = implement(api.passkeys.completeRegistration).handler(
  async (call, { body: { credential, name = 'Passkey' } }) => {
    const { id: userId, sessionId } = call.principal
    const challenge = challengeOf(credential)
    // Refusals are returned, not thrown: the challenge stays used up.
    const row = await call.tx(async (tx) => {
      const good = challenge !== undefined && (await takeChallenge(tx, challenge, userId))
      const verified = good ? await verifyNewPasskey(relyingParty(call), credential) : undefined
      if (!verified) return fail(errors.invalid_passkey)
      // An owner who took the account over in between has ended this session, and must not find a new way in.
      const user = await lockUser(tx, userId)
      if (!user || (await findSession(tx, sessionId))?.status !== 'active')
        return fail(errors.invalid_session)
      const { length } = await store.findCredentialsOf(tx, userId)
      if (length >= passkeysMax) return fail(errors.passkey_limit_reached, { passkeysMax })
      const inserted = await store.insertPasskey(tx, { ...verified, id: newId(), userId, name })
      if (!inserted) return fail(errors.passkey_already_registered)
      await call.record(tx, 'passkey.created', { passkey: presentPasskey(inserted) })
      return inserted
    })
    if (row instanceof Failure) throw row
    return { passkey: presentPasskey(row) }
  },
)
