import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const Lockout = Resource('Lockout', 'How tries to guess the password of a user stand.', {
  userId: Id,
  failedAttempts: Type.Integer({
    description:
      'Wrong passwords within the last quarter of an hour, from devices that the user does not know.',
  }),
  lockedUntil: Nullable(
    Type.String({
      format: 'date-time',
      description: 'Until when a device that the user does not know is refused with any password.',
    }),
  ),
})
export type Lockout = Static<typeof Lockout>

/** What wrong passwords are counted for. */
export const LockoutSubject = OneOf(['account', 'device', 'address', 'network'], {
  description: 'Whom the limit is for: `network` is the /24 of an IPv4 address, the /48 of an IPv6 address.',
})

export const StartedLockout = Type.Object({
  by: LockoutSubject,
  userId: Nullable(
    Type.String({ format: 'uuid', description: 'Whose password was guessed at, if anyone’s.' }),
  ),
  ipAddress: Nullable(Type.String()),
  lockedUntil: Timestamp,
})
export type StartedLockout = Static<typeof StartedLockout>
