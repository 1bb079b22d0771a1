import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { parseId } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** An id that no row has: a filter by something that is no id matches nothing. */
const none = '00000000-0000-0000-0000-000000000000'

/** Lists the applications of the environment. */
export const listApplications = implement(api.applications.listApplications).handler(
  async (call, { query: { apiId, ...filter } }) => {
    const request = pageRequest(filter)
    const ofApi = apiId === undefined ? {} : { apiId: parseId(apiId) ?? none }
    const page = await store.listApplications(call.read, { ...filter, ...ofApi }, request)
    return pageOf('applications', request, page, presentApplication)
  },
)
