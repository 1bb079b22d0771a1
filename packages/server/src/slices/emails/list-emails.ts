import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentEmail } from './present.js'
import { outbox } from './store.js'

/** Lists the mails of the environment, newest first. */
export const listEmails = implement(api.emails.listEmails).handler(async (call, { query }) => {
  const request = pageRequest(query)
  return pageOf('emails', request, await outbox.list(call.read, query, request), presentEmail)
})
