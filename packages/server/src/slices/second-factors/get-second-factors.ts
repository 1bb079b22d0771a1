import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { isRequired } from './demand.js'
import * as store from './store.js'

/** Answers what the signed-in user has, and whether it must. */
export const getSecondFactors = implement(api.secondFactors.getSecondFactors).handler(async (call) => {
  const row = await store.findSecondFactors(call.read, call.principal.id)
  return {
    secondFactors: {
      totpEnabledAt: row.totp_enabled_at,
      recoveryCodesLeft: row.recovery_codes_left,
      required: isRequired(call, row.organization_requires),
    },
  }
})
