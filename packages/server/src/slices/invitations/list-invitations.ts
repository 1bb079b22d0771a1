import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { idOrNothing } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/** Lists invitations, newest first. */
export const listInvitations = implement(api.invitations.listInvitations).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const { orgId, ...filter } = query
  const organization = orgId === undefined ? {} : { organizationId: idOrNothing(orgId) }
  const rows = await store.listInvitations(call.read, { ...filter, ...organization }, request)
  return pageOf('invitations', request, rows, presentInvitation)
})
