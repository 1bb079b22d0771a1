import { errors } from '@claviger/contract'
import { Failure, fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { lockOrganization } from '#slices/organizations'
import * as store from './store.js'

/**
 * Finds an invitation again with its organization locked. Of many who accept or revoke it at once one holds
 * the lock; the others see what became of the invitation.
 */
export async function lockInvitation(
  tx: Transaction,
  found: store.InvitationRow,
): Promise<store.InvitationRow> {
  await lockOrganization(tx, found.organization_id).catch((error) => {
    // Deleted since the invitation was found, and the invitation with it.
    const isGone = error instanceof Failure && error.definition === errors.organization_not_found
    throw isGone ? fail(errors.invitation_not_found) : error
  })
  return (await store.findInvitation(tx, found.id)) ?? found
}
