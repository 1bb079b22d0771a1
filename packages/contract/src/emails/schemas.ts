import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const EmailKind = OneOf([
  'password_reset',
  'magic_link',
  'email_code',
  'email_verification',
  'invitation',
  'user_invitation',
  'new_device',
  'administrator_invitation',
])
export type EmailKind = Static<typeof EmailKind>

export const Email = Resource('Email', 'A mail to a user, without what it says.', {
  id: Id,
  kind: EmailKind,
  to: Type.String(),
  status: OneOf(['queued', 'sent', 'failed', 'kept'], {
    description:
      '`queued` is tried until it is `sent` or, after twelve tries, `failed`; `kept` stays in the mailbox, ' +
      'because no SMTP server is configured.',
  }),
  attempts: Type.Integer({ description: 'How often it was tried to send it.' }),
  lastError: Nullable(Type.String({ description: 'What the last try that failed was told.' })),
  createdAt: Timestamp,
  sentAt: Nullable(Timestamp),
})
export type Email = Static<typeof Email>

/** What it says carries links that sign people in, so it is for administrators and not for secret keys. */
export const EmailMessage = Resource('EmailMessage', 'A mail to a user with what it says.', {
  ...Email.properties,
  subject: Nullable(Type.String({ description: 'Null, as text and html are, once the mail is sent.' })),
  text: Nullable(Type.String()),
  html: Nullable(Type.String()),
})
export type EmailMessage = Static<typeof EmailMessage>
