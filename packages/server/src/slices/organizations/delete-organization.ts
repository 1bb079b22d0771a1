import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { remove } from './update.js'

/** Deletes an organization for good. */
export const deleteOrganization = implement(api.organizations.deleteOrganization).handler(
  async (call, { params }) => {
    await call.tx((tx) => remove(call, tx, params.organizationId))
    return { ok: true as const }
  },
)
