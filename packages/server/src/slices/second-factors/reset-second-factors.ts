import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { lockUser } from '#slices/users'
import { disable } from './enroll.js'

/** Takes the second factors of a user away, on the word of a backend. */
export const resetSecondFactors = implement(api.secondFactors.resetSecondFactors).handler(
  async (call, { params }) => {
    await call.tx(async (tx) => {
      if (!(await lockUser(tx, params.userId))) throw fail(errors.user_not_found)
      await disable(call, tx, params.userId)
    })
    return { ok: true as const }
  },
)
