import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { lockInvitation } from './lock-invitation.js'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/** Revokes an invitation, of one organization if that is given; again is no mistake, after acceptance it is. */
export async function revoke(
  call: Call,
  tx: Transaction,
  id: string,
  organizationId?: string,
): Promise<void> {
  const found = await store.findInvitation(tx, id)
  if (!found || (organizationId && found.organization_id !== organizationId))
    throw fail(errors.invitation_not_found)
  const { status } = await lockInvitation(tx, found)
  if (status === 'accepted') throw fail(errors.invitation_already_used)
  if (status === 'revoked') return
  const invitation = presentInvitation(await store.markRevoked(tx, id))
  await call.record(tx, 'invitation.revoked', { invitation })
}
