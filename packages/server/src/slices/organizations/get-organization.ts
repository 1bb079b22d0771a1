import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { presentOrganization } from './present.js'
import * as store from './store.js'

/** Answers one organization. */
export const getOrganization = implement(api.organizations.getOrganization).handler(
  async (call, { params }) => {
    const row = await store.findOrganization(call.read, params.organizationId)
    if (!row) throw fail(errors.organization_not_found)
    return { organization: presentOrganization(row) }
  },
)
