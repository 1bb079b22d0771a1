import { isDeepStrictEqual } from 'node:util'
import type { ImportedUser } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { isOwnHash, type UserRow } from '#slices/users'
import { isGiven } from './imported-user.js'

/** What an import changes of a user that is there; what it does not name stays, and so does what is newer here. */
export interface Changes {
  readonly username?: string | null
  readonly phoneNumber?: string | null
  readonly publicMetadata?: Record<string, unknown>
  readonly privateMetadata?: Record<string, unknown>
  readonly unsafeMetadata?: Record<string, unknown>
  readonly createdAt?: string
  /** The new primary address. */
  readonly email?: string
  /** The primary address becomes verified. */
  readonly verifies?: true
  readonly passwordHash?: string
  readonly bans?: true
}

/** A password that was set here, a verification and a ban are newer than any export: none is taken back. */
export function changesOf(user: ImportedUser, current: UserRow, hash: string | null): Changes {
  const primary = current.emails.find(({ isPrimary }) => isPrimary)
  const isSameAddress = !isGiven(user.email) || user.email.toLowerCase() === primary?.email.toLowerCase()
  const createdAt = isGiven(user.createdAt) ? isoTime(Date.parse(user.createdAt)) : undefined
  const { username, phoneNumber, passwordHash, publicMetadata, privateMetadata, unsafeMetadata } = user
  return {
    ...(username !== undefined && username !== current.username && { username }),
    ...(phoneNumber !== undefined && phoneNumber !== current.phone_number && { phoneNumber }),
    ...(differs(publicMetadata, current.public_metadata) && { publicMetadata }),
    ...(differs(privateMetadata, current.private_metadata) && { privateMetadata }),
    ...(differs(unsafeMetadata, current.unsafe_metadata) && { unsafeMetadata }),
    ...(createdAt !== undefined && createdAt !== current.created_at && { createdAt }),
    ...(!isSameAddress && isGiven(user.email) && { email: user.email }),
    ...(isSameAddress &&
      isGiven(user.email) &&
      user.emailVerified &&
      !primary?.isVerified && { verifies: true }),
    ...(isGiven(passwordHash) && passwordHash !== hash && !(hash && isOwnHash(hash)) && { passwordHash }),
    ...(user.isBanned && !current.is_banned && { bans: true }),
  }
}

function differs(
  bucket: Record<string, unknown> | undefined,
  current: Record<string, unknown>,
): bucket is Record<string, unknown> {
  return bucket !== undefined && !isDeepStrictEqual(bucket, current)
}
