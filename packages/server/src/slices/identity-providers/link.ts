import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { findCredentials, insertUser, lockUser, presentUser } from '#slices/users'
import { presentIdentity } from './present.js'
import type { Profile } from './profile.js'
import * as store from './store.js'

/**
 * The user whose account at a provider this is, locked; made now if there is none. An unknown account is linked to the user of its address only
 * if the provider and we both hold the address for verified: whoever signed up here with an address that is not
 * theirs must not be joined by its owner, nor the owner of an account by whoever claims its address elsewhere.
 */
export async function userOf(
  call: Call,
  tx: Transaction,
  provider: store.ProviderRow,
  profile: Profile,
): Promise<{ userId: string; isNewUser: boolean }> {
  await store.lockSubject(tx, provider.id, profile.subject)
  const known = await store.findIdentity(tx, provider.id, profile.subject)
  if (known) {
    const userId = await admitted(tx, known.user_id)
    // Whoever took it away in between held the lock of the user.
    if (!(await store.findIdentity(tx, provider.id, profile.subject))) throw fail(errors.invalid_credentials)
    return { userId, isNewUser: false }
  }
  const ownerId = await ownerOf(tx, profile)
  const userId = ownerId ?? (await signUp(call, tx, provider, profile))
  const { subject, email = null } = profile
  const identity = await store.insertIdentity(tx, {
    id: newId(),
    providerId: provider.id,
    subject,
    userId,
    email,
  })
  await call.record(tx, 'identity.linked', { identity: presentIdentity(identity) })
  return { userId, isNewUser: ownerId === undefined }
}

/** The user that has the address of an account, if both sides know it to be the same person's. */
async function ownerOf(tx: Transaction, { email, isEmailVerified }: Profile): Promise<string | undefined> {
  const found = email === undefined ? undefined : await findCredentials(tx, email)
  if (!email || !found) return undefined
  const user = await lockUser(tx, found.id)
  const own = user?.emails.find((address) => address.email.toLowerCase() === email.toLowerCase())
  if (!isEmailVerified || !own?.isVerified) throw fail(errors.oauth_email_unverified)
  return admitted(tx, found.id)
}

async function admitted(tx: Transaction, userId: string): Promise<string> {
  const user = await lockUser(tx, userId)
  if (!user || user.is_banned) throw fail(errors.invalid_credentials)
  return user.id
}

async function signUp(
  call: Call,
  tx: Transaction,
  provider: store.ProviderRow,
  { email, isEmailVerified }: Profile,
): Promise<string> {
  if (!provider.allow_sign_up) throw fail(errors.oauth_sign_up_disabled)
  const address = email === undefined ? {} : { email, emailVerified: isEmailVerified }
  const user = await insertUser(tx, { id: newId(), ...address })
  await call.record(tx, 'user.created', { user: presentUser(user) })
  return user.id
}
