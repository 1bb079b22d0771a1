import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { checkMetadata, presentUser, updateUser } from '#slices/users'
import { myself } from './myself.js'
import { presentMe } from './present.js'

/** Changes what a user may change of itself; the contract lets nothing else through. */
export const updateMe = implement(api.me.updateMe).handler(async (call, { body }) => {
  checkMetadata(body)
  const row = await call.tx(async (tx) => {
    const current = await myself(call, tx)
    if (Object.keys(body).length === 0) return current
    const updated = await updateUser(tx, current.id, body)
    await call.record(tx, 'user.updated', { user: presentUser(updated) })
    return updated
  })
  return { user: presentMe(row) }
})
