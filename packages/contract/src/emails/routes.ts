import Type from 'typebox'
import { administrator, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { emailErrors } from './errors.js'
import { Email, EmailMessage } from './schemas.js'

export const listEmails = defineRoute({
  id: 'emails.list',
  method: 'GET',
  path: '/v1/admin/emails',
  summary: 'List mails to users, newest first',
  access: administrator('emails:read'),
  query: Type.Object({
    ...pageQuery,
    to: Type.Optional(Type.String({ maxLength: 254, description: 'Exactly this address, without case.' })),
  }),
  status: 200,
  response: Page('emails', Email),
  errors: [],
  emits: [],
})

export const getEmail = defineRoute({
  id: 'emails.get',
  method: 'GET',
  path: '/v1/admin/emails/:emailId',
  summary: 'Get a mail with what it says',
  description: 'What it says is erased once it is sent, because its links are good for signing in.',
  access: administrator('emails:read'),
  params: { emailId: emailErrors.email_not_found },
  status: 200,
  response: Wrapped('email', EmailMessage),
  errors: [],
  emits: [],
})
