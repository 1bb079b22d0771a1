import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { parseId } from '#kernel/ids'
import { pageOf, pageRequest } from '#kernel/page'
import { presentInvitation } from './present.js'
import * as store from './store.js'

const nowhere = '00000000-0000-0000-0000-000000000000'

/** Lists invitations, newest first. */
export const listInvitations = implement(api.invitations.listInvitations).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const { orgId, ...filter } = query
  const organization = orgId === undefined ? {} : { organizationId: parseId(orgId) ?? nowhere }
  const rows = await store.listInvitations(call.read, { ...filter, ...organization }, request)
  return pageOf('invitations', request, rows, presentInvitation)
})
