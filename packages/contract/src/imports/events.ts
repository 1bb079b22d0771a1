import Type from 'typebox'
import { defineEvents, Id } from '../define/index.js'

export const importEvents = defineEvents({
  'password_hashes.exported': {
    summary: 'The hashes of passwords left the server.',
    data: Type.Object({ userIds: Type.Array(Id, { description: 'Of those users who have a password.' }) }),
  },
})
