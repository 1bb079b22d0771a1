import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { disable } from './enroll.js'
import { proveAny, tryCode } from './prove.js'

/** Takes the second factors of the signed-in user away, for one who can still prove one of them. */
export const disableTotp = implement(api.secondFactors.disableTotp).handler(async (call, { body }) => {
  const userId = call.principal.id
  await tryCode(call, userId, async (tx) => {
    await proveAny(call, tx, userId, body.code)
    await disable(call, tx, userId)
  })
  return { ok: true as const }
})
