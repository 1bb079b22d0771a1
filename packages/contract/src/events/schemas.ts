import Type, { type Static } from 'typebox'
import { Id, Metadata, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const Actor = Resource('Actor', 'Who did it.', {
  type: OneOf(['secret_key', 'application', 'administrator', 'user', 'anonymous', 'system']),
  id: Nullable(Type.String()),
})

export const Event = Resource('Event', 'Something that happened, written in the transaction that did it.', {
  id: Id,
  type: Type.String(),
  actor: Actor,
  requestId: Nullable(Type.String()),
  data: Metadata('What the event type describes.'),
  createdAt: Timestamp,
})
export type Event = Static<typeof Event>
