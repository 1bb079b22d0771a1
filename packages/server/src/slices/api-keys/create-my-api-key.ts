import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lockUser } from '#slices/users'
import { create } from './create.js'
import { keepTheLimit, requireOffer } from './offered.js'

/** Makes a key of the signed-in user, who is all that it stands for. */
export const createMyApiKey = implement(api.apiKeys.createMyApiKey).handler(async (call, { body }) => {
  requireOffer(call, 'users')
  const owner = { userId: call.principal.id, organizationId: null }
  return call.tx(async (tx) => {
    // Deleted since the request began: the session is gone, too.
    if (!(await lockUser(tx, owner.userId))) throw fail(errors.invalid_session)
    await keepTheLimit(tx, owner)
    return create(call, tx, { ...body, ...owner })
  })
})
