import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { checkPassword, hashPassword } from './password.js'
import { presentUser } from './present.js'
import * as store from './store.js'
import { checkMetadata } from './user.js'

/** Creates a user; address, username and external id are unique in its environment. */
export const createUser = implement(api.users.createUser).handler(async (call, { body }) => {
  const { password, ...fields } = body
  checkMetadata(fields)
  if (password !== undefined) checkPassword(password, call.environment.settings.passwordPolicy)
  const passwordHash = password === undefined ? {} : { passwordHash: await hashPassword(password) }
  const user = await call.tx(async (tx) => {
    const created = presentUser(await store.insertUser(tx, { id: newId(), ...fields, ...passwordHash }))
    await call.record(tx, 'user.created', { user: created })
    return created
  })
  return { user }
})
