import Type from 'typebox'
import { administrator, Body, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { secretKeyErrors } from './errors.js'
import { secretKeyEvents } from './events.js'
import { KeyKind, SecretKey } from './schemas.js'

export const createSecretKey = defineRoute({
  id: 'secretKeys.create',
  method: 'POST',
  path: '/v1/admin/secret-keys',
  summary: 'Make a secret or publishable key',
  description: 'The key itself is in this answer and nowhere else, ever again: only its SHA-256 is stored.',
  access: administrator('secret_keys:write'),
  body: Body(
    { name: Type.String({ minLength: 1, maxLength: 100 }), kind: Type.Optional(KeyKind) },
    { examples: [{ name: 'Backend of the shop' }] },
  ),
  status: 201,
  response: Type.Object({ secretKey: SecretKey, secret: Type.String({ description: 'Shown once.' }) }),
  errors: [],
  emits: [secretKeyEvents['secret_key.created']],
  idempotent: true,
})

export const listSecretKeys = defineRoute({
  id: 'secretKeys.list',
  method: 'GET',
  path: '/v1/admin/secret-keys',
  summary: 'List the keys of the environment',
  access: administrator('secret_keys:read'),
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('secretKeys', SecretKey),
  errors: [],
  emits: [],
})

export const revokeSecretKey = defineRoute({
  id: 'secretKeys.revoke',
  method: 'POST',
  path: '/v1/admin/secret-keys/:secretKeyId/revoke',
  summary: 'Revoke a key for good',
  description: 'The next request with the key is refused, on every node. A revoked key can be revoked again.',
  access: administrator('secret_keys:write'),
  params: { secretKeyId: secretKeyErrors.secret_key_not_found },
  status: 200,
  response: Wrapped('secretKey', SecretKey),
  errors: [],
  emits: [secretKeyEvents['secret_key.revoked']],
  idempotent: true,
})
