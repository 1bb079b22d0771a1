import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { idOrNothing } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Lists the applications of the environment. */
export const listApplications = implement(api.applications.listApplications).handler(
  async (call, { query: { apiId, ...filter } }) => {
    const request = pageRequest(filter)
    const ofApi = apiId === undefined ? {} : { apiId: idOrNothing(apiId) }
    const page = await store.listApplications(call.read, { ...filter, ...ofApi }, request)
    return pageOf('applications', request, page, presentApplication)
  },
)
