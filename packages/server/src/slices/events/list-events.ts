import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentEvent } from './present.js'
import * as store from './store.js'

/** Lists what happened, newest first. */
export const listEvents = implement(api.events.listEvents).handler(async (call, { query }) => {
  const request = pageRequest(query)
  return pageOf('events', request, await store.listEvents(call.read, query, request), presentEvent)
})
