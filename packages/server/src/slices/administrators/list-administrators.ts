import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentAdministrator } from './present.js'
import * as store from './store.js'

/** Lists administrators and those who are invited to be one, newest first. */
export const listAdministrators = implement(api.administrators.listAdministrators).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const rows = await store.listAdministrators(call.read, query.search, request)
    return pageOf('administrators', request, rows, presentAdministrator)
  },
)
