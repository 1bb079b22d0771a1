import Type, { type Static } from 'typebox'
import { Resource } from '../define/index.js'

export const Erased = Resource('Erased', 'How much was erased of a deleted user.', {
  events: Type.Integer({ description: 'Events that told something personal; they stay, without it.' }),
  emails: Type.Integer({ description: 'Mails that were removed.' }),
  textMessages: Type.Integer({ description: 'Text messages that were removed.' }),
  invitations: Type.Integer({ description: 'Invitations that were removed.' }),
})
export type Erased = Static<typeof Erased>
