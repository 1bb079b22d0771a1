import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { lockUser } from '#slices/users'
import { confirm } from './enroll.js'
import { tryCode } from './prove.js'

/** Puts the app of the signed-in user in force, and shows its recovery codes once. */
export const confirmTotp = implement(api.secondFactors.confirmTotp).handler(async (call, { body }) => {
  const userId = call.principal.id
  const recoveryCodes = await tryCode(call, userId, async (tx) => {
    await lockUser(tx, userId)
    return confirm(call, tx, userId, body.code)
  })
  return { recoveryCodes }
})
