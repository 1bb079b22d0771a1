import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { endAllOfUser } from './ending.js'
import * as store from './store.js'

/** Deletes a user with everything that belongs to it; a second time it is as unknown as any other. */
export const deleteUser = implement(api.users.deleteUser).handler(async (call, { params }) => {
  const ended = await call.tx(async (tx) => {
    if (!(await store.lockUser(tx, params.userId))) throw fail(errors.user_not_found)
    const counts = await endAllOfUser(call, tx, params.userId, 'user_deleted')
    await store.deleteUser(tx, params.userId)
    await call.record(tx, 'user.deleted', { user: { id: params.userId }, ended: counts })
    return counts
  })
  return { ok: true as const, ended }
})
