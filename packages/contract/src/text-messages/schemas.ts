import Type, { type Static } from 'typebox'
import { Nullable, OneOf, Resource } from '../define/index.js'
import { Email } from '../emails/schemas.js'

export const TextMessageKind = OneOf(['sms_code', 'phone_number_verification'])
export type TextMessageKind = Static<typeof TextMessageKind>

const { id, attempts, lastError, createdAt, sentAt } = Email.properties

export const TextMessage = Resource('TextMessage', 'A text message to a user, without what it says.', {
  id,
  kind: TextMessageKind,
  to: Type.String({ description: 'The phone number, in E.164.', examples: ['+4915112345678'] }),
  status: OneOf(['queued', 'sent', 'failed', 'kept'], {
    description:
      '`queued` is tried until it is `sent` or, refused or after twelve tries, `failed`; `kept` stays in the ' +
      'mailbox, because no hook is configured.',
  }),
  attempts,
  lastError,
  createdAt,
  sentAt,
})
export type TextMessage = Static<typeof TextMessage>

/** What it says carries codes that sign people in, so it is for administrators and not for secret keys. */
export const TextMessageWithBody = Resource('TextMessageWithBody', 'A text message with what it says.', {
  ...TextMessage.properties,
  body: Nullable(Type.String({ description: 'Null once the message is sent.' })),
})
export type TextMessageWithBody = Static<typeof TextMessageWithBody>
