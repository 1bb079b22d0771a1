import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { create } from './create.js'
import { myMembership } from './my-membership.js'
import { normalizedSlug } from './organization.js'
import { presentMembershipOf } from './present.js'

/** Creates an organization with the signed-in user as its owner. */
export const createMyOrganization = implement(api.organizations.createMyOrganization).handler(
  async (call, { body }) => {
    const row = await call.tx(async (tx) => {
      const fields = {
        id: newId(),
        name: body.name,
        slug: normalizedSlug(body.slug),
        createdBy: call.principal.id,
      }
      const { id } = await create(call, tx, fields)
      return myMembership(call, tx, id)
    })
    return { organization: presentMembershipOf(row) }
  },
)
