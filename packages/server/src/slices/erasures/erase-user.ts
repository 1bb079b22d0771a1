import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { findUser } from '#slices/users'
import * as store from './store.js'

/** Erases what events, mails and invitations tell of a deleted user. Of whom nothing is told is unknown. */
export const eraseUser = implement(api.erasures.eraseUser).handler(async (call, { params: { userId } }) =>
  call.tx(async (tx) => {
    if (await findUser(tx, userId)) throw fail(errors.user_not_deleted)
    const erased = await store.eraseUser(tx, userId)
    if (Object.values(erased).every((count) => count === 0)) throw fail(errors.user_not_found)
    await call.record(tx, 'user.erased', { userId, erased })
    return { erased }
  }),
)
