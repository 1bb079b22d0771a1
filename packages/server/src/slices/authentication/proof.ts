import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { revokeSessionsOfUser, type SessionRow, startSession } from '#slices/sessions'
import {
  lockUser,
  markEmailVerified,
  presentUser,
  removeCredentials,
  type UserRow,
  updateUser,
} from '#slices/users'
import type { Proof } from '#slices/verifications'

/**
 * Lets in who has proved to read the mail of an address, which thereby is verified. An address that the user has
 * no longer, a ban and a deletion are refused as a token is that never was one.
 */
export async function acceptProof(
  call: Call,
  tx: Transaction,
  proof: Proof | undefined,
): Promise<{ user: UserRow; isNew: boolean }> {
  const user = proof && (await lockUser(tx, proof.user_id))
  const isNew = user && (await markEmailVerified(tx, user.id, proof.identifier))
  if (!user || user.is_banned || isNew === undefined) throw fail(errors.verification_invalid)
  if (!isNew) return { user, isNew }
  const verified = (await lockUser(tx, user.id)) as UserRow
  await call.record(tx, 'user.email_verified', { user: presentUser(verified) })
  return { user: verified, isNew }
}

/**
 * Takes from whoever signed up with an address before its owner proved to read its mail all that would still sign
 * that person in.
 */
export async function handOver(call: Call, tx: Transaction, user: UserRow): Promise<UserRow> {
  await removeCredentials(call, tx, user.id)
  if (user.phone_number === null) return user
  const updated = await updateUser(tx, user.id, { phoneNumber: null })
  await call.record(tx, 'user.updated', { user: presentUser(updated) })
  return updated
}

/**
 * Signs in who has proved to read the mail of an address. Whoever signed up with the address before it was verified
 * may have been somebody else, waiting for its owner to come: every way in that they set up ends here, and so do
 * their sessions.
 */
export async function signInByProof(
  call: Call,
  tx: Transaction,
  proof: Proof | undefined,
): Promise<SessionRow> {
  const { user, isNew } = await acceptProof(call, tx, proof)
  if (isNew) {
    await revokeSessionsOfUser(call, tx, user.id, 'email_verified')
    await handOver(call, tx, user)
  }
  return startSession(call, tx, user.id)
}
