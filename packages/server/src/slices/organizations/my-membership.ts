import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { UserPrincipal } from '#kernel/principal'
import type { Queries, Transaction } from '#kernel/queries'
import * as store from './store.js'

/** The signed-in user's membership; an organization it is no member of is as unknown as none. */
export async function myMembership(call: Call<UserPrincipal>, queries: Queries, organizationId: string) {
  const row = await store.findMembershipOf(queries, call.principal.id, organizationId)
  if (!row) throw fail(errors.organization_not_found)
  return row
}

/** The same for a change: nobody takes the role away while the change that needs it is being made. */
export async function lockMyMembership(call: Call<UserPrincipal>, tx: Transaction, organizationId: string) {
  await store.lockOrganization(tx, organizationId)
  return myMembership(call, tx, organizationId)
}
