import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { ban, unban } from './ban.js'
import { endAllOfUser } from './ending.js'
import { checkPassword, hashPassword } from './password.js'
import { presentUser } from './present.js'
import * as store from './store.js'
import { banChange, checkBanEnd, checkMetadata } from './user.js'

/** Changes the fields that are named. `isBanned` does all that the calls to ban and unban do. */
export const updateUser = implement(api.users.updateUser).handler(async (call, { params, body }) => {
  const { isBanned, banReason, banExpiresAt, password, email, ...changes } = body
  checkMetadata(changes)
  checkBanEnd(banExpiresAt ?? null, '/banExpiresAt', call.clock.now())
  if (password !== undefined) checkPassword(password, call.environment.settings.passwordPolicy)
  const hash = password === undefined ? undefined : await hashPassword(password)
  const user = await call.tx(async (tx) => {
    const current = await store.lockUser(tx, params.userId)
    if (!current) throw fail(errors.user_not_found)
    const change = banChange(body, current)
    // A ban in force keeps the terms that are not named; those of a ban that has expired are history.
    const inForce = current.is_banned ? current : undefined
    const terms = {
      reason: banReason === undefined ? (inForce?.ban_reason ?? null) : banReason,
      expiresAt: banExpiresAt === undefined ? (inForce?.ban_expires_at ?? null) : banExpiresAt,
    }
    if (change === 'ban' || change === 'amend') await ban(call, tx, current.id, terms)
    if (change === 'unban') await unban(call, tx, current.id)
    if (hash !== undefined) {
      await store.setPasswordHash(tx, current.id, hash)
      await endAllOfUser(call, tx, current.id, 'password_changed')
      await call.record(tx, 'user.password_changed', { user: presentUser(current) })
    }
    if (email !== undefined) {
      await store.setPrimaryEmail(tx, current, email).catch((error) => {
        throw store.taken(error, { email })
      })
    }
    if (email !== undefined || Object.keys(changes).length > 0) {
      const updated = presentUser(await store.updateUser(tx, current.id, changes))
      await call.record(tx, 'user.updated', { user: updated })
      return updated
    }
    return presentUser((await store.findUser(tx, current.id)) ?? current)
  })
  return { user }
})
