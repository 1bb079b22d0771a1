import Type from 'typebox'
import { defineEvents, Id, Wrapped } from '../define/index.js'
import { Ended, User } from './schemas.js'

export const userEvents = defineEvents({
  'user.created': { summary: 'A user was created.', data: Wrapped('user', User) },
  'user.updated': { summary: 'Fields of a user changed.', data: Wrapped('user', User) },
  'user.email_verified': {
    summary: 'A user proved to read the mail of an address.',
    data: Wrapped('user', User),
  },
  'user.phone_number_verified': {
    summary: 'A user proved to read the messages to a phone number, and has it from now on.',
    data: Wrapped('user', User),
  },
  'user.password_changed': {
    summary: 'A user has a new password, by reset or by its own change.',
    data: Wrapped('user', User),
  },
  'user.banned': { summary: 'A user was banned.', data: Type.Object({ user: User, ended: Ended }) },
  'user.unbanned': { summary: 'The ban of a user was lifted.', data: Wrapped('user', User) },
  'user.deleted': {
    summary: 'A user was deleted with all that belonged to it.',
    data: Type.Object({ user: Type.Object({ id: Id }), ended: Ended }),
  },
})
