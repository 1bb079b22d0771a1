import { getEmail } from './get-email.js'
import { listEmails } from './list-emails.js'

export const endpoints = [listEmails, getEmail]

export { createEmailDelivery, type Mail, type Mailer } from './delivery.js'
export { pretendEmail, queueEmail } from './queue-email.js'
