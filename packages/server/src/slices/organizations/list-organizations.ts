import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentOrganization } from './present.js'
import * as store from './store.js'

/** Lists organizations, newest first. */
export const listOrganizations = implement(api.organizations.listOrganizations).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const rows = await store.listOrganizations(call.read, query, request)
    return pageOf('organizations', request, rows, presentOrganization)
  },
)
