import Type from 'typebox'
import { Body, backend, Done, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { secretKeyErrors } from './errors.js'
import { secretKeyEvents } from './events.js'
import {
  GracePeriodHours,
  gracePeriodHoursDefault,
  KeyKind,
  KeyStatus,
  newSecretKey,
  Reason,
  Revocation,
  SecretKey,
  secretKeyPatch,
} from './schemas.js'

const known = { secretKeyId: secretKeyErrors.secret_key_not_found }
const secret = Type.String({ description: 'Shown once.' })

export const createSecretKey = defineRoute({
  id: 'secretKeys.create',
  method: 'POST',
  path: '/v1/admin/secret-keys',
  summary: 'Make a secret or publishable key',
  description:
    'The key itself is in this answer and nowhere else, ever again: only its SHA-256 is stored. Who names no ' +
    'permissions gives a secret key `*` and a publishable one `*:read`; nobody gives what it does not hold itself.',
  access: backend('secret_keys:write'),
  body: Body(newSecretKey, {
    examples: [{ name: 'Backend of the shop', permissions: ['users:read', 'sessions:write'] }],
  }),
  status: 201,
  response: Type.Object({ secretKey: SecretKey, secret }),
  errors: [secretKeyErrors.permission_exceeds_own],
  emits: [secretKeyEvents['secret_key.created']],
  idempotent: true,
})

export const listSecretKeys = defineRoute({
  id: 'secretKeys.list',
  method: 'GET',
  path: '/v1/admin/secret-keys',
  summary: 'List the keys of the environment',
  access: backend('secret_keys:read'),
  query: Type.Object({
    ...pageQuery,
    kind: Type.Optional(KeyKind),
    status: Type.Optional(KeyStatus),
    enabled: Type.Optional(Type.Boolean()),
    isActive: Type.Optional(
      Type.Boolean({ description: 'Whether it works: true for the status `active` and `deprecated`.' }),
    ),
    createdBy: Type.Optional(
      Type.String({ maxLength: 100, description: 'The id of the administrator or secret key that made it.' }),
    ),
  }),
  status: 200,
  response: Page('secretKeys', SecretKey),
  errors: [],
  emits: [],
})

export const getSecretKey = defineRoute({
  id: 'secretKeys.get',
  method: 'GET',
  path: '/v1/admin/secret-keys/:secretKeyId',
  summary: 'Get a key',
  access: backend('secret_keys:read'),
  params: known,
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [],
  emits: [],
})

export const updateSecretKey = defineRoute({
  id: 'secretKeys.update',
  method: 'PATCH',
  path: '/v1/admin/secret-keys/:secretKeyId',
  summary: 'Change fields of a key',
  description: 'Fields that are not named stay as they are. In force for the next request with the key.',
  access: backend('secret_keys:write'),
  params: known,
  body: Body(secretKeyPatch, { examples: [{ rateLimitPerMinute: 600 }] }),
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [secretKeyErrors.secret_key_revoked, secretKeyErrors.permission_exceeds_own],
  emits: [secretKeyEvents['secret_key.updated']],
  idempotent: true,
})

export const deleteSecretKey = defineRoute({
  id: 'secretKeys.delete',
  method: 'DELETE',
  path: '/v1/admin/secret-keys/:secretKeyId',
  summary: 'Delete a key',
  description: 'It is refused from the next request on, and is not listed any more.',
  access: backend('secret_keys:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [secretKeyEvents['secret_key.deleted']],
})

export const disableSecretKey = defineRoute({
  id: 'secretKeys.disable',
  method: 'POST',
  path: '/v1/admin/secret-keys/:secretKeyId/disable',
  summary: 'Disable a key until it is enabled again',
  access: backend('secret_keys:write'),
  params: known,
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [],
  emits: [secretKeyEvents['secret_key.disabled']],
  idempotent: true,
})

export const enableSecretKey = defineRoute({
  id: 'secretKeys.enable',
  method: 'POST',
  path: '/v1/admin/secret-keys/:secretKeyId/enable',
  summary: 'Enable a disabled key',
  access: backend('secret_keys:write'),
  params: known,
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [secretKeyErrors.secret_key_revoked, secretKeyErrors.permission_exceeds_own],
  emits: [secretKeyEvents['secret_key.enabled']],
  idempotent: true,
})

export const rotateSecretKey = defineRoute({
  id: 'secretKeys.rotate',
  method: 'POST',
  path: '/v1/admin/secret-keys/:secretKeyId/rotate',
  summary: 'Replace a key by a new one',
  description:
    'The new key is as the old one is. The old one goes on working for the grace period, its answers saying so ' +
    '(`Deprecation`, `Sunset`), and then is refused.',
  access: backend('secret_keys:write'),
  params: known,
  body: Body(
    {
      name: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'The name of the new key; that of the old one with “(rotated)” when absent.',
        }),
      ),
      gracePeriodHours: GracePeriodHours,
    },
    { examples: [{ gracePeriodHours: gracePeriodHoursDefault }] },
  ),
  status: 201,
  response: Type.Object({ secretKey: SecretKey, secret, replaced: SecretKey }),
  errors: [
    secretKeyErrors.secret_key_revoked,
    secretKeyErrors.secret_key_expired,
    secretKeyErrors.secret_key_rotated,
    secretKeyErrors.permission_exceeds_own,
  ],
  emits: [secretKeyEvents['secret_key.created'], secretKeyEvents['secret_key.rotated']],
  idempotent: true,
})

export const deprecateSecretKey = defineRoute({
  id: 'secretKeys.deprecate',
  method: 'POST',
  path: '/v1/admin/secret-keys/:secretKeyId/deprecate',
  summary: 'Give a key an end',
  description:
    'Until the grace period is over it works, its answers saying so (`Deprecation`, `Sunset`); then it is refused. ' +
    'Until then the end can be moved by deprecating it again.',
  access: backend('secret_keys:write'),
  params: known,
  body: Body(
    { gracePeriodHours: GracePeriodHours, reason: Reason },
    { examples: [{ gracePeriodHours: 72, reason: 'The shop has a new backend' }] },
  ),
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [
    secretKeyErrors.secret_key_revoked,
    secretKeyErrors.secret_key_expired,
    secretKeyErrors.permission_exceeds_own,
  ],
  emits: [secretKeyEvents['secret_key.deprecated']],
  idempotent: true,
})

export const revokeSecretKey = defineRoute({
  id: 'secretKeys.revoke',
  method: 'POST',
  path: '/v1/admin/secret-keys/:secretKeyId/revoke',
  summary: 'Revoke a key for good',
  description:
    'The next request with the key is refused, on every node. A revoked key can be revoked again; the first time counts.',
  access: backend('secret_keys:write'),
  params: known,
  body: Body({ reason: Reason }, { examples: [{ reason: 'Found in a public repository' }] }),
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [],
  emits: [secretKeyEvents['secret_key.revoked']],
  idempotent: true,
})

export const listSecretKeyRevocations = defineRoute({
  id: 'secretKeys.listRevocations',
  method: 'GET',
  path: '/v1/admin/secret-keys/:secretKeyId/revocations',
  summary: 'Tell who revoked a key, when and why',
  description: 'Empty for a key that was not revoked.',
  access: backend('secret_keys:read'),
  params: known,
  status: 200,
  response: Type.Object({ revocations: Type.Array(Revocation) }),
  errors: [],
  emits: [],
})
