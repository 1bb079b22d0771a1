import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { openBody } from './body.js'
import { presentTextMessage } from './present.js'
import { outbox } from './store.js'

/** Answers one text message, with what it says while that is kept. */
export const getTextMessage = implement(api.textMessages.getTextMessage).handler(async (call, { params }) => {
  const row = await outbox.find(call.read, params.textMessageId)
  if (!row) throw fail(errors.text_message_not_found)
  const { content_sealed: sealed } = row
  const body = sealed && openBody(call.seal, call.environment.id, row.id, sealed)
  return { textMessage: { ...presentTextMessage(row), body } }
})
