import Type, { type Static } from 'typebox'
import { Id, Metadata, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const ApiKeyStatus = OneOf(['active', 'disabled', 'expired', 'owner_disabled', 'revoked'], {
  description:
    'Only an `active` key is valid. `owner_disabled`: its user is banned, or not in its organization any more.',
})

/** What a verification found. Only `valid` counts, and only it spends credits. */
export const VerificationCode = OneOf(
  [
    'valid',
    'not_found',
    'revoked',
    'expired',
    'disabled',
    'owner_disabled',
    'wrong_audience',
    'insufficient_scope',
    'ip_refused',
    'rate_limited',
    'credits_exhausted',
  ],
  { description: 'Why it is valid or not: the first of these that applies.' },
)
export type VerificationCode = Static<typeof VerificationCode>

export const ScopeKey = Type.String({ minLength: 1, maxLength: 64, pattern: '^\\S+$' })

export const creditIntervals = ['hour', 'day', 'week', 'month'] as const

export const CreditRefill = Resource('CreditRefill', 'How credits are filled up again.', {
  amount: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000_000,
    description: 'What there is again at least when the interval is over; what is left is not added to it.',
  }),
  interval: OneOf(creditIntervals),
})

const fields = {
  id: Id,
  apiId: Type.String({ format: 'uuid', description: 'The API that it is for.' }),
  name: Type.String(),
  userId: Nullable(Type.String({ format: 'uuid', description: 'The user whose it is.' })),
  organizationId: Nullable(Type.String({ format: 'uuid', description: 'The organization whose it is.' })),
  prefix: Nullable(Type.String({ description: 'How the key begins, to recognise it by.' })),
  suffix: Nullable(Type.String({ description: 'The last four characters.' })),
  scopes: Type.Array(Type.String(), { description: 'The scopes of the API that it has, by their keys.' }),
  status: ApiKeyStatus,
  enabled: Type.Boolean(),
  expiresAt: Nullable(Timestamp),
  previousSecretEndsAt: Nullable(
    Type.String({
      format: 'date-time',
      description: 'Until when the secret before the last rotation works.',
    }),
  ),
  ipAllowList: Nullable(
    Type.Array(Type.String(), { description: 'The networks it may be used from; null for all.' }),
  ),
  rateLimitPerMinute: Nullable(Type.Integer()),
  credits: Nullable(Type.Integer({ description: 'What is left to spend; null where there is no limit.' })),
  creditRefill: Nullable(CreditRefill),
  creditRefillAt: Nullable(Timestamp),
  verificationCount: Type.Integer({
    description:
      'How often it was found valid. Every time is counted, and shown within a quarter of a second; where a node ' +
      'verifies more than 2,500 keys a second, within some two minutes.',
  }),
  lastVerifiedAt: Nullable(Timestamp),
  lastVerifiedIp: Nullable(
    Type.String({
      description: 'The address that the last verification named, or else that of whoever asked for it.',
    }),
  ),
  revokedAt: Nullable(Timestamp),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}

export const ApiKey = Resource('ApiKey', 'A key that a customer calls an API with, without its secret.', {
  ...fields,
  metadata: Metadata('Only a backend reads and writes it.'),
  createdBy: Nullable(Type.String({ description: 'The id of whoever made it.' })),
  revocationReason: Nullable(Type.String()),
})
export type ApiKey = Static<typeof ApiKey>

export const OwnApiKey = Resource(
  'OwnApiKey',
  'An API key as the person whose it is sees it, without what only backends say of it.',
  fields,
)

/** What a valid verification tells of a key, and an invalid one of a key that the caller may know. */
export const VerifiedKey = Resource('VerifiedApiKey', 'Which key was verified, and for whom it stands.', {
  id: Id,
  apiId: Id,
  name: Type.String(),
  userId: Nullable(Type.String({ format: 'uuid' })),
  organizationId: Nullable(Type.String({ format: 'uuid' })),
  scopes: Type.Array(Type.String()),
  status: ApiKeyStatus,
  expiresAt: Nullable(Timestamp),
  metadata: Metadata('What the backend keeps with the key.'),
  verificationCount: Type.Integer({ description: 'How often it was found valid, this time included.' }),
  lastVerifiedAt: Nullable(Timestamp),
})

export const Verification = Resource('ApiKeyVerification', 'What was found of a key.', {
  valid: Type.Boolean({ description: 'Whether `code` is `valid`.' }),
  code: VerificationCode,
  apiKey: Nullable(VerifiedKey),
  rateLimit: Nullable(
    Type.Object({
      limit: Type.Integer(),
      remaining: Type.Integer(),
      resetSeconds: Type.Integer({ description: 'Whole seconds until the minute is over.' }),
    }),
  ),
  credits: Nullable(Type.Integer({ description: 'What is left after this verification.' })),
})
export type Verification = Static<typeof Verification>

export const UsageHour = Resource('ApiKeyUsage', 'How often a key was found valid in one hour.', {
  hour: Type.String({ format: 'date-time', description: 'When the hour begins.' }),
  verifications: Type.Integer(),
})
export type UsageHour = Static<typeof UsageHour>

/** One address or a network in CIDR notation (RFC 4632, RFC 4291). */
const Network = Type.String({ minLength: 2, maxLength: 49, pattern: '^[0-9a-fA-F.:]+(/[0-9]{1,3})?$' })

export const apiKeyNameLengthMax = 100
const Name = Type.String({
  minLength: 1,
  maxLength: apiKeyNameLengthMax,
  pattern: '\\S',
  description: 'What people recognise it by.',
})
export const ApiKeyName = Name

/** What a person may say of a key of their own. */
export const ownTerms = {
  scopes: Type.Optional(
    Type.Array(ScopeKey, {
      maxItems: 100,
      uniqueItems: true,
      description: 'Scopes of the API, by their keys or their ids. None when absent.',
    }),
  ),
  expiresAt: Type.Optional(
    Nullable(Type.String({ format: 'date-time', description: 'When it stops working. Null: never.' })),
  ),
}

/** What a backend may say of a key, at any time. */
export const apiKeyTerms = {
  ...ownTerms,
  enabled: Type.Optional(Type.Boolean()),
  ipAllowList: Type.Optional(
    Nullable(
      Type.Array(Network, {
        minItems: 1,
        maxItems: 100,
        description:
          'Addresses and networks (`203.0.113.0/24`, `2001:db8::/32`) it may be used from; null for all.',
      }),
    ),
  ),
  rateLimitPerMinute: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }))),
  credits: Type.Optional(
    Nullable(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000_000,
        description: 'What there is to spend; null, as when absent: no limit.',
      }),
    ),
  ),
  creditRefill: Type.Optional(
    Nullable(
      Type.Object(CreditRefill.properties, {
        additionalProperties: false,
        description: 'Null: never. Needs `credits`.',
      }),
    ),
  ),
  metadata: Type.Optional(Metadata('Only a backend reads and writes it.')),
}

export const ApiOfKey = Type.String({ maxLength: 64, description: 'The API that it is for.' })

export const newApiKey = {
  apiId: ApiOfKey,
  name: Name,
  userId: Type.Optional(Nullable(Type.String({ maxLength: 64, description: 'The user whose it is.' }))),
  organizationId: Type.Optional(
    Nullable(
      Type.String({
        maxLength: 64,
        description: 'The organization whose it is; with `userId` that of a member of it.',
      }),
    ),
  ),
  ...apiKeyTerms,
}

export const ApiKeySecret = Type.String({
  description: 'The key itself. It is in this answer and nowhere else: what is stored cannot give it back.',
})
