import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { Transaction } from '#kernel/queries'
import { lockUser, markEmailVerified, presentUser, type UserRow } from '#slices/users'
import type { Proof } from '#slices/verifications'

/**
 * Lets in who has proved to read the mail of an address, which thereby is verified. An address that the user has
 * no longer, a ban and a deletion are refused as a token is that never was one.
 */
export async function acceptProof(call: Call, tx: Transaction, proof: Proof | undefined): Promise<UserRow> {
  const user = proof && (await lockUser(tx, proof.user_id))
  const isNew = user && (await markEmailVerified(tx, user.id, proof.identifier))
  if (!user || user.is_banned || isNew === undefined) throw fail(errors.verification_invalid)
  if (!isNew) return user
  const verified = (await lockUser(tx, user.id)) as UserRow
  await call.record(tx, 'user.email_verified', { user: presentUser(verified) })
  return verified
}
