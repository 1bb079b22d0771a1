import type { User } from '@claviger/contract'
import type { UserRow } from './store.js'

export function presentUser(row: UserRow): User {
  return {
    id: row.id,
    did: `did:kevo:${row.id}`,
    username: row.username,
    externalId: row.external_id,
    role: row.role,
    email: row.emails[0]?.isPrimary ? row.emails[0].email : null,
    emails: row.emails.map(({ email, isPrimary, isVerified }) => ({ email, isPrimary, isVerified })),
    phoneNumber: row.phone_number,
    authMethods: [
      ...row.emails.map(({ email }) => ({ type: 'email', identifier: email })),
      ...(row.phone_number === null ? [] : [{ type: 'phone', identifier: row.phone_number }]),
    ],
    isBanned: row.is_banned,
    // Terms of a ban that has expired are history.
    banReason: row.is_banned ? row.ban_reason : null,
    banExpiresAt: row.is_banned ? row.ban_expires_at : null,
    publicMetadata: row.public_metadata,
    privateMetadata: row.private_metadata,
    unsafeMetadata: row.unsafe_metadata,
    // Wallets and delegations are read by clients that look for them; nobody holds one yet.
    evmAddress: null,
    evmWallet: null,
    solanaWallet: null,
    delegation: null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
