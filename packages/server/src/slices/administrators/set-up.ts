import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { signedIn, startSession } from '#slices/sessions'
import { findCredentials, hashNewPassword, insertUser } from '#slices/users'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Makes the first administrator, who must be on the host or know what only its owner was shown. */
export const setUp = implement(api.instance.setUp).handler(async (call, { body }) => {
  const { email, password, name, setupToken } = body
  if (await store.hasInstanceAdmin(call.read)) throw fail(errors.setup_completed)
  const isTrusted = setupToken === undefined ? call.client.isHost : call.isSetupToken(setupToken)
  if (!isTrusted) throw fail(errors.invalid_setup_token)
  const passwordHash = await hashNewPassword(call, password)
  const session = await call.tx(async (tx) => {
    // Of many who come at once the lock lets one through, and the others find it done.
    await store.lockAdministrators(tx)
    if (await store.hasInstanceAdmin(tx)) throw fail(errors.setup_completed)
    if (await findCredentials(tx, email)) throw fail(errors.administrator_exists, { email })
    const { id } = await insertUser(tx, { id: newId(), email, emailVerified: true, passwordHash })
    await store.offer(tx, { id, role: 'instance_admin' })
    const administrator = presentAdministrator(await store.join(tx, id, name))
    await call.record(tx, 'administrator.created', { administrator })
    return startSession(call, tx, id, { isNewUser: true })
  })
  return signedIn(call, session)
})
