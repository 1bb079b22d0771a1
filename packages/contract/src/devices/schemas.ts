import Type, { type Static } from 'typebox'
import { Id, Nullable, Resource, Timestamp } from '../define/index.js'

export const Device = Resource('Device', 'A browser or an app in which a user has signed in before.', {
  id: Id,
  userId: Id,
  name: Type.String({ description: 'What it says it is, in known words: `Firefox on Linux`.' }),
  ipAddress: Nullable(Type.String({ description: 'The network address of its last sign-in.' })),
  userAgent: Nullable(Type.String()),
  createdAt: Timestamp,
  lastSignInAt: Timestamp,
})
export type Device = Static<typeof Device>
