import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, permissions, Resource, Timestamp } from '../define/index.js'

export const KeyKind = OneOf(['secret', 'publishable'], {
  description: '`secret` has power over the environment; `publishable` only names it to a browser.',
})

export const KeyStatus = OneOf(['active', 'deprecated', 'disabled', 'expired', 'revoked'], {
  description:
    '`active` and `deprecated` keys work. `expired` is past its `expiresAt` or the end of its grace period.',
})

/** `*` is every permission, those to come too; `*:read` every one that only reads. */
export const KeyPermission = OneOf(['*', '*:read', ...permissions])

const Permissions = Type.Array(KeyPermission, {
  maxItems: 100,
  uniqueItems: true,
  description:
    'What it may do: `*` is everything, `*:read` everything that only reads. None of it gives a publishable key power.',
})

const namespace = Type.String({ minLength: 1, maxLength: 100 })
const Namespaces = Nullable(
  Type.Array(namespace, {
    maxItems: 100,
    uniqueItems: true,
    description:
      'The namespaces it is for, null for all. They are names of the caller’s own: kept, and not interpreted.',
  }),
)

const Name = Type.String({ minLength: 1, maxLength: 100, description: 'What people recognise it by.' })
const Description = Nullable(Type.String({ maxLength: 500 }))
const ExpiresAt = Nullable(
  Type.String({
    format: 'date-time',
    description: 'When it stops working, by the clock of the database. Null: never.',
  }),
)

function limitOf(window: 'minute' | 'hour') {
  return Nullable(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      description: `Requests that it may make in a window of one ${window}, over all nodes. Null: no limit of its own.`,
    }),
  )
}

export const SecretKey = Resource('SecretKey', 'A key of one environment, without its secret.', {
  id: Id,
  kind: KeyKind,
  name: Type.String(),
  description: Nullable(Type.String()),
  prefix: Type.String({ description: 'The first 16 characters, to recognise the key by.' }),
  permissions: Type.Array(Type.String()),
  allowedNamespaces: Nullable(Type.Array(Type.String())),
  rateLimitPerMinute: limitOf('minute'),
  rateLimitPerHour: limitOf('hour'),
  status: KeyStatus,
  enabled: Type.Boolean({ description: 'False while it is disabled, and once it is revoked.' }),
  createdBy: Nullable(
    Type.String({ description: 'The id of the administrator or secret key that made it.' }),
  ),
  expiresAt: Nullable(Timestamp),
  deprecatedAt: Nullable(Timestamp),
  gracePeriodEndsAt: Nullable(
    Type.String({ format: 'date-time', description: 'When a deprecated key stops working.' }),
  ),
  replacedById: Nullable(Type.String({ format: 'uuid', description: 'The key that it was rotated to.' })),
  usesSinceDeprecation: Type.Integer({
    description: 'Requests with it since it was deprecated. Every one is counted, and shown within seconds.',
  }),
  lastUsedAt: Nullable(Timestamp),
  revokedAt: Nullable(Timestamp),
  createdAt: Timestamp,
})
export type SecretKey = Static<typeof SecretKey>

export const Revocation = Resource('SecretKeyRevocation', 'That a key was revoked, by whom and why.', {
  secretKeyId: Id,
  name: Type.String({ description: 'The name of the key.' }),
  revokedAt: Timestamp,
  revokedBy: Nullable(
    Type.String({ description: 'The id of the administrator or secret key that revoked it.' }),
  ),
  reason: Nullable(Type.String()),
})
export type Revocation = Static<typeof Revocation>

const terms = {
  description: Type.Optional(Description),
  permissions: Type.Optional(Permissions),
  allowedNamespaces: Type.Optional(Namespaces),
  rateLimitPerMinute: Type.Optional(limitOf('minute')),
  rateLimitPerHour: Type.Optional(limitOf('hour')),
  expiresAt: Type.Optional(ExpiresAt),
}

/** The fields of a new key. Who names no permissions gives a secret key `*`, a publishable one `*:read`. */
export const newSecretKey = { name: Name, kind: Type.Optional(KeyKind), ...terms }

export const secretKeyPatch = { name: Type.Optional(Name), ...terms }

export const Reason = Type.Optional(
  Nullable(Type.String({ maxLength: 500, description: 'Why. It is kept with what happened.' })),
)

export const gracePeriodHoursDefault = 24
export const GracePeriodHours = Type.Optional(
  Type.Number({
    minimum: 0,
    maximum: 720,
    description: `For how long the old key goes on working, ${gracePeriodHoursDefault} when absent.`,
  }),
)
