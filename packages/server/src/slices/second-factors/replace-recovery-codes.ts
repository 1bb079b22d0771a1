import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newRecoveryCodes } from './enroll.js'
import { proveAny, tryCode } from './prove.js'

/** Gives the signed-in user a new set of recovery codes. */
export const replaceRecoveryCodes = implement(api.secondFactors.replaceRecoveryCodes).handler(
  async (call, { body }) => {
    const userId = call.principal.id
    const recoveryCodes = await tryCode(call, userId, async (tx) => {
      await proveAny(call, tx, userId, body.code)
      return newRecoveryCodes(tx, userId)
    })
    return { recoveryCodes }
  },
)
