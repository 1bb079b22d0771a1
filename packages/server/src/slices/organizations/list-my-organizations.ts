import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentMembershipOf } from './present.js'
import * as store from './store.js'

/** Lists the organizations of the signed-in user. */
export const listMyOrganizations = implement(api.organizations.listMyOrganizations).handler(
  async (call, { query }) => {
    const request = pageRequest(query)
    const rows = await store.listMembershipsOf(call.read, call.principal.id, request)
    return pageOf('organizations', request, rows, ({ organization }) => presentMembershipOf(organization))
  },
)
