import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lift } from '#slices/lockouts'
import { revokeSessionsOfUser, signedIn, startSession } from '#slices/sessions'
import {
  hashNewPassword,
  lockUser,
  markEmailVerified,
  removeCredentials,
  setPasswordHash,
} from '#slices/users'
import { consumeLink, endVerifications } from '#slices/verifications'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/**
 * Lets in who has the link of an invitation, or one of the operator, with a password of its own choice. Passkeys and
 * second factors that were set up before are gone: they may be lost, or somebody else's.
 */
export const acceptInvitation = implement(api.administrators.acceptInvitation).handler(
  async (call, { body: { token, name, password } }) => {
    // A password that is refused must not use the link up.
    const hash = await hashNewPassword(call, password)
    const session = await call.tx(async (tx) => {
      await store.lockAdministrators(tx)
      const invitation = await consumeLink(tx, 'administrator_invitation', token)
      const proof = invitation ?? (await consumeLink(tx, 'administrator_recovery', token))
      const user = proof && (await lockUser(tx, proof.user_id))
      const offered = user && (await store.findAdministrator(tx, user.id))
      if (!offered || !user || user.is_banned) throw fail(errors.verification_invalid)
      const { id } = user
      await markEmailVerified(tx, id, proof.identifier)
      await revokeSessionsOfUser(call, tx, id, 'password_changed')
      await removeCredentials(call, tx, id)
      await setPasswordHash(tx, id, hash)
      await endVerifications(tx, id)
      await lift(call, tx, user)
      const isNew = offered.joined_at === null
      const joined = presentAdministrator(await store.join(tx, id, name ?? offered.name ?? offered.email))
      const type = isNew ? 'administrator.joined' : 'administrator.recovered'
      await call.record(tx, type, { administrator: joined })
      return startSession(call, tx, id, { isNewUser: true })
    })
    return signedIn(call, session)
  },
)
