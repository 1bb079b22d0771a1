import { defineEvents, Wrapped } from '../define/index.js'
import { Email } from './schemas.js'

export const emailEvents = defineEvents({
  'email.queued': { summary: 'A mail was written and is to be sent.', data: Wrapped('email', Email) },
  'email.sent': { summary: 'The SMTP server took a mail.', data: Wrapped('email', Email) },
  'email.failed': { summary: 'A mail was given up after its last try.', data: Wrapped('email', Email) },
})
