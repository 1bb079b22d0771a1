import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { myMembership } from './my-membership.js'
import { presentMembershipOf } from './present.js'

/** Answers an organization as its member sees it. */
export const getMyOrganization = implement(api.organizations.getMyOrganization).handler(
  async (call, { params }) => ({
    organization: presentMembershipOf(await myMembership(call, call.read, params.organizationId)),
  }),
)
