import Type from 'typebox'
import { defineEvents, Id } from '../define/index.js'

export const secondFactorEvents = defineEvents({
  'second_factor.enabled': {
    summary: 'A user confirmed an authenticator app.',
    data: Type.Object({ userId: Id }),
  },
  'second_factor.disabled': {
    summary: 'A user, or a backend for it, took its second factors away.',
    data: Type.Object({ userId: Id }),
  },
  'recovery_code.used': {
    summary: 'A user proved itself by a recovery code, which is spent now.',
    data: Type.Object({ userId: Id, recoveryCodesLeft: Type.Integer() }),
  },
})
