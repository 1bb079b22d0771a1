import type { SecondFactors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { isRequired } from './demand.js'
import type { SecondFactorsRow } from './store.js'

export function presentSecondFactors(call: Call, row: SecondFactorsRow): SecondFactors {
  return {
    totpEnabledAt: row.totp_enabled_at,
    recoveryCodesLeft: row.recovery_codes_left,
    required: isRequired(call, row.organization_requires),
  }
}
