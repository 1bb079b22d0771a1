import { errors, type NewInvitation, type Role } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { hashSecret, makeSecret } from '#kernel/secret'
import { lockWithFreeSeat } from '#slices/organizations'
import { lifetimeSeconds, tokenPrefix } from './invitation.js'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/** Invites an address: one open invitation an organization, none for members, one seat of the limit each. */
export async function invite(
  call: Call,
  tx: Transaction,
  offer: { organizationId: string; email: string; role: Role; invitedBy: string | null },
): Promise<NewInvitation> {
  await lockWithFreeSeat(call, tx, offer.organizationId)
  if (await store.isMember(tx, offer.organizationId, offer.email)) throw fail(errors.already_member)
  const expired = await store.revokeExpired(tx, offer.organizationId, offer.email)
  if (expired) await call.record(tx, 'invitation.revoked', { invitation: presentInvitation(expired) })
  const token = makeSecret(tokenPrefix)
  const row = await store.insertInvitation(tx, {
    ...offer,
    id: newId(),
    tokenHash: hashSecret(token),
    lifetimeSeconds,
  })
  if (!row) throw fail(errors.invitation_pending, { email: offer.email })
  const invitation = presentInvitation(row)
  await call.record(tx, 'invitation.created', { invitation })
  return { ...invitation, token }
}
