import Type from 'typebox'
import { defineEvents, Id } from '../define/index.js'
import { Erased } from './schemas.js'

export const erasureEvents = defineEvents({
  'user.erased': {
    summary: 'What was left of a deleted user is no longer there.',
    data: Type.Object({ userId: Id, erased: Erased }),
  },
})
