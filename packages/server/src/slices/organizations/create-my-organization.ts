import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { lockUser } from '#slices/users'
import { create } from './create.js'
import { myMembership } from './my-membership.js'
import { normalizedSlug } from './organization.js'
import { presentMembershipOf } from './present.js'

/** Creates an organization with the signed-in user as its owner. */
export const createMyOrganization = implement(api.organizations.createMyOrganization).handler(
  async (call, { body }) => {
    const row = await call.tx(async (tx) => {
      // Deleted since the request began: the session is gone, too.
      if (!(await lockUser(tx, call.principal.id))) throw fail(errors.invalid_session)
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
