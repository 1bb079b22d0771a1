import { errors, type Invitation, type Role } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { hashSecret, makeSecret } from '#kernel/secret'
import { linkTo } from '#slices/authentication'
import { queueEmail } from '#slices/emails'
import { lockWithFreeSeat } from '#slices/organizations'
import type { UserRow } from '#slices/users'
import { lifetimeDays, lifetimeSeconds, nameOf, tokenPrefix } from './invitation.js'
import { presentInvitation } from './present.js'
import * as store from './store.js'

/**
 * Invites an address: one open invitation an organization, none for members, one seat of the limit each. Where the
 * address is mailed the token is in the mail, in which it proves that whoever accepts reads the mail of the address.
 */
export async function invite(
  call: Call,
  tx: Transaction,
  offer: {
    organizationId: string
    email: string
    role: Role
    /** The member who invites; undefined where a backend does. */
    inviter?: UserRow
    sendEmail: boolean
  },
): Promise<{ invitation: Invitation; token: string }> {
  const { name: organization } = await lockWithFreeSeat(call, tx, offer.organizationId)
  if (await store.isMember(tx, offer.organizationId, offer.email)) throw fail(errors.already_member)
  const expired = await store.revokeExpired(tx, offer.organizationId, offer.email)
  if (expired) await call.record(tx, 'invitation.revoked', { invitation: presentInvitation(expired) })
  const token = makeSecret(tokenPrefix)
  const row = await store.insertInvitation(tx, {
    ...offer,
    invitedBy: offer.inviter?.id ?? null,
    id: newId(),
    tokenHash: hashSecret(token),
    lifetimeSeconds,
  })
  if (!row) throw fail(errors.invitation_pending, { email: offer.email })
  const invitation = presentInvitation(row)
  await call.record(tx, 'invitation.created', { invitation })
  if (offer.sendEmail) {
    const inviter = offer.inviter && nameOf(offer.inviter)
    const data = { organization, inviter, url: linkTo(call, 'invitation', token), days: lifetimeDays }
    await queueEmail(call, tx, { to: offer.email, kind: 'invitation', data })
  }
  return { invitation, token }
}
