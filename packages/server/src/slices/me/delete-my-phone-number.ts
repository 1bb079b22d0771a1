import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { presentUser, updateUser } from '#slices/users'
import { myself } from './myself.js'
import { presentMe } from './present.js'

/** Takes the phone number of the signed-in user away, if it has one. */
export const deleteMyPhoneNumber = implement(api.me.deleteMyPhoneNumber).handler(async (call) => {
  const row = await call.tx(async (tx) => {
    const current = await myself(call, tx)
    if (current.phone_number === null) return current
    const updated = await updateUser(tx, current.id, { phoneNumber: null })
    await call.record(tx, 'user.updated', { user: presentUser(updated) })
    return updated
  })
  return { user: presentMe(row) }
})
