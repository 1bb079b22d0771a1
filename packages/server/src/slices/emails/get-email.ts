import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { openContent } from './content.js'
import { presentMessage } from './present.js'
import { outbox } from './store.js'

/** Answers one mail, with what it says while that is kept. */
export const getEmail = implement(api.emails.getEmail).handler(async (call, { params }) => {
  const row = await outbox.find(call.read, params.emailId)
  if (!row) throw fail(errors.email_not_found)
  const { content_sealed: sealed } = row
  const content = sealed ? openContent(call.seal, call.environment.id, row.id, sealed) : undefined
  return { email: presentMessage(row, content) }
})
