import Type, { type Static } from 'typebox'
import { EmailAddress, Id, Metadata, Nullable, PhoneNumber, Resource, Timestamp } from '../define/index.js'

export const UserEmail = Resource('UserEmail', 'One email address of a user.', {
  email: Type.String(),
  isPrimary: Type.Boolean(),
  isVerified: Type.Boolean(),
})

export const AuthMethod = Resource('AuthMethod', 'One way a user can be recognised.', {
  type: Type.String({ description: '`email` or `phone`.' }),
  identifier: Type.String(),
})

export const WalletAddress = Resource('WalletAddress', 'The address of a wallet that a user holds here.', {
  address: Type.String(),
  createdAt: Timestamp,
})

/** Clients of KolayLogin and of Kevo read the same answer, so a user carries the fields of both. */
export const User = Resource('User', 'A person, or what acts as one, in one environment.', {
  id: Id,
  did: Type.String({ description: 'A decentralised identifier made of the id.' }),
  username: Nullable(Type.String()),
  externalId: Nullable(Type.String({ description: "The id of this user in the caller's own system." })),
  email: Nullable(Type.String({ description: 'The primary email address.' })),
  emails: Type.Array(UserEmail),
  role: Type.String({
    description: 'What the user is to the product, in words of its own. It gives no power over Claviger.',
  }),
  phoneNumber: Nullable(
    Type.String({
      description: 'In E.164. Proved by the user or vouched for by a backend: nobody has another.',
    }),
  ),
  authMethods: Type.Array(AuthMethod),
  isBanned: Type.Boolean(),
  banReason: Nullable(Type.String()),
  banExpiresAt: Nullable(Timestamp),
  publicMetadata: Metadata('The user can read it; only a backend writes it.'),
  privateMetadata: Metadata('Only a backend reads and writes it.'),
  unsafeMetadata: Metadata('The user can read and write it: validate before trusting.'),
  evmAddress: Nullable(Type.String()),
  evmWallet: Nullable(WalletAddress),
  solanaWallet: Nullable(WalletAddress),
  delegation: Nullable(Metadata('The delegation in force.')),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type User = Static<typeof User>

export const usernameLengthMax = 64
export const usernamePattern = '^[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*$'
export const externalIdLengthMax = 255
export const banReasonLengthMax = 500
export const userRoleLengthMax = 64
export const userRoleDefault = 'user'

export const Username = Type.String({
  minLength: 1,
  maxLength: usernameLengthMax,
  pattern: usernamePattern,
  description: 'Letters, digits, `.`, `_` and `-`; unique in its environment, compared without case.',
})
export const ExternalId = Type.String({ minLength: 1, maxLength: externalIdLengthMax })
export const UserRole = Type.String({
  minLength: 1,
  maxLength: userRoleLengthMax,
  pattern: '\\S',
  description:
    `A word of the product’s own, such as \`editor\`; \`${userRoleDefault}\` where none was given. It gives no power over ` +
    'Claviger, whatever it says.',
})
/** Roles by which products call those who administer them; `excludeAdmins` leaves them out. */
export const adminRoles = ['admin', 'instance_admin', 'tenant_admin'] as const
export const BanReason = Type.String({ maxLength: banReasonLengthMax })
const VouchedPhoneNumber = Type.String({
  ...PhoneNumber,
  description: 'In E.164. The caller vouches that it is the number of the user, who can sign in with it.',
})

const metadata = {
  publicMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
  privateMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
  unsafeMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
}

/** The fields of a new user. Every one may be absent: a user known only by id is a user. */
export const newUser = {
  email: Type.Optional(EmailAddress),
  emailVerified: Type.Optional(Type.Boolean({ description: 'Whether the caller vouches for the address.' })),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  phoneNumber: Type.Optional(Nullable(VouchedPhoneNumber)),
  username: Type.Optional(Nullable(Username)),
  externalId: Type.Optional(Nullable(ExternalId)),
  role: Type.Optional(UserRole),
  ...metadata,
}

export const userPatch = {
  email: Type.Optional(
    Type.String({
      ...EmailAddress,
      description:
        'Takes the place of the primary address. It is not verified, unless it was the user’s before.',
    }),
  ),
  password: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: 'Ends every session of the user.' }),
  ),
  phoneNumber: Type.Optional(Nullable(VouchedPhoneNumber)),
  username: Type.Optional(Nullable(Username)),
  externalId: Type.Optional(Nullable(ExternalId)),
  role: Type.Optional(UserRole),
  isBanned: Type.Optional(Type.Boolean()),
  banReason: Type.Optional(Nullable(BanReason)),
  banExpiresAt: Type.Optional(Nullable(Timestamp)),
  ...metadata,
}

export const UserActivity = Resource('UserActivity', 'What the sessions of a user say about it.', {
  userId: Id,
  lastSignInAt: Timestamp,
  activeSessions: Type.Integer({ description: 'Sessions that are active.' }),
})
export type UserActivity = Static<typeof UserActivity>

/** What ended with a user, so that a caller sees what a deactivation did. */
export const Ended = Resource('Ended', 'What ended together with the user.', {
  sessions: Type.Integer({ description: 'Sessions that were active.' }),
  apiKeys: Type.Integer({
    description:
      'API keys that were active. After a ban those that are left work again; deleted users have none.',
  }),
})
export type Ended = Static<typeof Ended>
