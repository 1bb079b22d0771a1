import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { removeMember } from './change-member.js'

/** Removes a member. */
export const deleteMembership = implement(api.memberships.deleteMembership).handler(
  async (call, { params }) => {
    await call.tx((tx) => removeMember(call, tx, params))
    return { ok: true as const }
  },
)
