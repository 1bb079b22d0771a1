import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { existingUserId } from '#slices/users'
import { join, lockWithFreeSeat } from './create.js'
import { presentMembership } from './present.js'
import * as store from './store.js'

/** Makes a user a member; somebody who is one already takes no second seat. */
export const createMembership = implement(api.memberships.createMembership).handler(
  async (call, { params, body }) => {
    const { organizationId } = params
    const row = await call.tx(async (tx) => {
      await store.lockOrganization(tx, organizationId)
      const userId = await existingUserId(tx, body.userId)
      if (!userId) throw fail(errors.user_not_found)
      if (await store.findMembership(tx, organizationId, userId)) throw fail(errors.already_member)
      await lockWithFreeSeat(call, tx, organizationId)
      return join(call, tx, { organizationId, userId, role: body.role ?? 'member' })
    })
    return { membership: presentMembership(row) }
  },
)
