import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { pageOf, pageRequest } from '#kernel/page'
import { presentMembership } from './present.js'
import * as store from './store.js'

/** Lists the members of an organization, newest first. */
export const listMemberships = implement(api.memberships.listMemberships).handler(
  async (call, { params, query }) => {
    const request = pageRequest(query)
    const { organizationId } = params
    if (!(await store.findOrganization(call.read, organizationId))) throw fail(errors.organization_not_found)
    const rows = await store.listMemberships(call.read, { organizationId, role: query.role }, request)
    return pageOf('memberships', request, rows, presentMembership)
  },
)
