import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentTextMessage } from './present.js'
import { outbox } from './store.js'

/** Lists the text messages of the environment, newest first. */
export const listTextMessages = implement(api.textMessages.listTextMessages).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    return pageOf('textMessages', request, await outbox.list(call.read, query, request), presentTextMessage)
  },
)
