import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { changeRole } from './change-member.js'

/** Gives a member another role. */
export const updateMembership = implement(api.memberships.updateMembership).handler(
  async (call, { params, body }) => ({
    membership: await call.tx((tx) => changeRole(call, tx, params, body.role)),
  }),
)
