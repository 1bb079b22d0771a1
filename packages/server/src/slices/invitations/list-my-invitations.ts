import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { myMembership, requireRole } from '#slices/organizations'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/** Lists the invitations to an organization, for its owners and admins. */
export const listMyInvitations = implement(api.invitations.listMyInvitations).handler(
  async (call, { params, query }) => {
    const request = pageRequest(query)
    const { organizationId } = params
    requireRole((await myMembership(call, call.read, organizationId)).role, 'admin')
    const filter = { organizationId, ...(query.status && { status: query.status }) }
    return pageOf(
      'invitations',
      request,
      await store.listInvitations(call.read, filter, request),
      presentInvitation,
    )
  },
)
