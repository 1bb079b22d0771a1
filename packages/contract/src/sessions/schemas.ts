import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const SessionStatus = OneOf(['active', 'ended', 'expired', 'revoked'], {
  description: '`ended` by its user, `revoked` by anyone else, `expired` by time.',
})

export const Session = Resource('Session', 'One signed-in client of a user.', {
  id: Id,
  userId: Id,
  status: SessionStatus,
  activeOrgId: Nullable(
    Type.String({ format: 'uuid', description: 'The organization the client works in.' }),
  ),
  deviceId: Nullable(
    Type.String({ format: 'uuid', description: 'The device it began on; null once that is forgotten.' }),
  ),
  deviceName: Type.String({ description: 'What the device says it is, in known words.' }),
  ipAddress: Nullable(Type.String({ description: 'The network address it signed in from.' })),
  userAgent: Nullable(Type.String()),
  createdAt: Timestamp,
  lastActiveAt: Nullable(Timestamp),
  expiresAt: Timestamp,
  endedAt: Nullable(Timestamp),
})
export type Session = Static<typeof Session>
