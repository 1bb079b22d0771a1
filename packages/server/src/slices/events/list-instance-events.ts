import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentEvent } from './present.js'
import * as store from './store.js'

/** Lists what happened above all environments, newest first. */
export const listInstanceEvents = implement(api.events.listInstanceEvents).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const rows = await store.listInstanceEvents(call.anywhere, query, request)
    return pageOf('events', request, rows, presentEvent)
  },
)
