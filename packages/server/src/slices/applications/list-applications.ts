import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Lists the applications of the environment. */
export const listApplications = implement(api.applications.listApplications).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const page = await store.listApplications(call.read, query, request)
    return pageOf('applications', request, page, presentApplication)
  },
)
