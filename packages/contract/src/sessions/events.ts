import Type from 'typebox'
import { defineEvents, Wrapped } from '../define/index.js'
import { deviceEvents } from '../devices/events.js'
import { emailEvents } from '../emails/events.js'
import { Session } from './schemas.js'

export const sessionEvents = defineEvents({
  'session.created': { summary: 'A user signed in.', data: Wrapped('session', Session) },
  'session.ended': { summary: 'A user signed out.', data: Wrapped('session', Session) },
  'session.revoked': {
    summary: 'A session was ended by someone else, or because a used refresh token came back.',
    data: Type.Object({ session: Session, reason: Type.String() }),
  },
  'session.organization_switched': {
    summary: 'A client changed the organization it works in.',
    data: Wrapped('session', Session),
  },
})

/** What every way in may record: a session on a device, which the owner is told of where it is new. */
export const signInEvents = [
  sessionEvents['session.created'],
  deviceEvents['device.created'],
  emailEvents['email.queued'],
] as const
