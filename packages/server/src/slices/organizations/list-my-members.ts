import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { myMembership } from './my-membership.js'
import { presentMembership } from './present.js'
import * as store from './store.js'

/** Lists the members of an organization, for all of them. */
export const listMyMembers = implement(api.memberships.listMyMembers).handler(
  async (call, { params, query }) => {
    const request = pageRequest(query)
    const { organizationId } = params
    await myMembership(call, call.read, organizationId)
    const rows = await store.listMemberships(call.read, { organizationId, role: query.role }, request)
    return pageOf('memberships', request, rows, presentMembership)
  },
)
