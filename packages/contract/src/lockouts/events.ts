import { defineEvents, Wrapped } from '../define/index.js'
import { Lockout, StartedLockout } from './schemas.js'

export const lockoutEvents = defineEvents({
  'lockout.started': {
    summary: 'Too many wrong passwords: further ones are not looked at for a while.',
    data: StartedLockout,
  },
  'lockout.lifted': {
    summary: 'The wrong passwords for a user were forgiven.',
    data: Wrapped('lockout', Lockout),
  },
})
