import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { checkMetadata } from '#slices/users'
import { update } from './update.js'

/** Changes the fields that are named. */
export const updateOrganization = implement(api.organizations.updateOrganization).handler(
  async (call, { params, body }) => {
    checkMetadata(body)
    return { organization: await call.tx((tx) => update(call, tx, params.organizationId, body)) }
  },
)
