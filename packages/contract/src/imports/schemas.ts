import Type, { type Static } from 'typebox'
import { Body, Id, Metadata, Nullable, OneOf, Resource } from '../define/index.js'

/** The most users that one batch carries. */
export const importBatchMax = 500

/**
 * A user as another system had it. Only the types are of the schema: what is wrong with a value concerns its row
 * and no other, and is told in its result.
 */
export const ImportedUser = Type.Object(
  {
    externalId: Type.String({
      description:
        'The id in the other system, by which a repetition finds the user again. 1–255 characters.',
    }),
    email: Type.Optional(Nullable(Type.String({ description: 'The primary email address.' }))),
    emailVerified: Type.Optional(
      Type.Boolean({ description: 'Whether the other system had verified it. `false` takes nothing back.' }),
    ),
    phoneNumber: Type.Optional(
      Nullable(
        Type.String({ description: 'In E.164. Only one that the other system had verified: it signs in.' }),
      ),
    ),
    username: Type.Optional(Nullable(Type.String())),
    passwordHash: Type.Optional(
      Nullable(
        Type.String({
          description:
            'bcrypt, argon2, scrypt, `$fbscrypt$` (Firebase), PBKDF2, `{SSHA}` or phpass. Replaced by Argon2id at ' +
            'the first sign-in; what is Argon2id of this server already stays.',
        }),
      ),
    ),
    password: Type.Optional(
      Nullable(
        Type.String({ description: 'Instead of a hash. No policy applies: it is what the user has.' }),
      ),
    ),
    isBanned: Type.Optional(
      Type.Boolean({ description: '`true` bans, with all that follows; `false` lifts no ban.' }),
    ),
    banReason: Type.Optional(Nullable(Type.String())),
    createdAt: Type.Optional(Nullable(Type.String({ description: 'ISO 8601 with its zone.' }))),
    publicMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
    privateMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
    unsafeMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
  },
  { additionalProperties: false },
)
export type ImportedUser = Static<typeof ImportedUser>

export const usersToImport = Body(
  {
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Answers what would be done, and writes nothing. `false` when absent.' }),
    ),
    users: Type.Array(ImportedUser, { minItems: 1, maxItems: importBatchMax }),
  },
  {
    examples: [
      {
        users: [
          {
            externalId: 'auth0|5f7c8ec7c33c6c004bbafe82',
            email: 'grace@example.com',
            emailVerified: true,
            passwordHash: '$2b$10$nOUIs5kJ7naTuTFkBy1veuK0kSxUFXfuaOKdOKf9xYT0KKIGSJwFa',
            createdAt: '2020-10-06T15:35:35.000Z',
          },
        ],
      },
    ],
  },
)

/** The most users whose hashes one answer carries. */
export const passwordHashesMax = 100

export const PasswordHash = Resource('PasswordHash', 'What the password of a user is compared with.', {
  userId: Id,
  passwordHash: Type.String({
    description:
      'Argon2id of this server, or what an import brought. An import of another server takes both.',
  }),
})
export type PasswordHash = Static<typeof PasswordHash>

export const ImportOutcome = OneOf(['created', 'updated', 'unchanged', 'failed'])
export type ImportOutcome = Static<typeof ImportOutcome>

export const ImportProblem = OneOf([
  'ambiguous_password',
  'duplicate_row',
  'email_taken',
  'invalid_value',
  'metadata_too_large',
  'phone_number_taken',
  'unusable_password_hash',
  'username_taken',
])
export type ImportProblem = Static<typeof ImportProblem>

export const ImportResult = Resource('ImportResult', 'What became of one user of a batch.', {
  index: Type.Integer({ description: 'Its place in the batch, from 0.' }),
  externalId: Type.String(),
  outcome: ImportOutcome,
  userId: Nullable(
    Type.String({ format: 'uuid', description: 'Null for a failure, and for what a dry run would create.' }),
  ),
  code: Nullable(ImportProblem),
  detail: Nullable(Type.String({ description: 'What is wrong with it, and what to do.' })),
})
export type ImportResult = Static<typeof ImportResult>

export const ImportCounts = Resource('ImportCounts', 'How many users of a batch had which outcome.', {
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  failed: Type.Integer(),
})
