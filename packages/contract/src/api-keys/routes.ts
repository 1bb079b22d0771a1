import Type from 'typebox'
import {
  Body,
  backend,
  Done,
  defineRoute,
  Nullable,
  OneOf,
  Page,
  pageQuery,
  user,
  Wrapped,
} from '../define/index.js'
import { memberErrors } from '../memberships/errors.js'
import { organizationErrors } from '../organizations/errors.js'
import { Reason } from '../secret-keys/schemas.js'
import { userErrors } from '../users/errors.js'
import { apiKeyErrors } from './errors.js'
import { apiKeyEvents } from './events.js'
import {
  ApiKey,
  ApiKeyName,
  ApiKeySecret,
  ApiKeyStatus,
  ApiOfKey,
  apiKeyTerms,
  newApiKey,
  OwnApiKey,
  ownTerms,
  ScopeKey,
  UsageHour,
  Verification,
} from './schemas.js'

const known = { apiKeyId: apiKeyErrors.api_key_not_found }
const withSecret = Type.Object({ apiKey: ApiKey, secret: ApiKeySecret })
const newKeyErrors = [
  apiKeyErrors.unknown_api,
  apiKeyErrors.unknown_scope,
  apiKeyErrors.unknown_owner,
  userErrors.metadata_too_large,
]

export const listApiKeys = defineRoute({
  id: 'apiKeys.list',
  method: 'GET',
  path: '/v1/admin/api-keys',
  summary: 'List API keys, newest first',
  access: backend('api_keys:read'),
  query: Type.Object({
    ...pageQuery,
    apiId: Type.Optional(Type.String({ maxLength: 64 })),
    userId: Type.Optional(Type.String({ maxLength: 64 })),
    organizationId: Type.Optional(Type.String({ maxLength: 64 })),
    owner: Type.Optional(
      OneOf(['user', 'organization', 'environment'], {
        description:
          'Keys of users (of members as well), of organizations as such, or of nobody but the environment.',
      }),
    ),
    status: Type.Optional(ApiKeyStatus),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name, or how the key begins.' }),
    ),
  }),
  status: 200,
  response: Page('apiKeys', ApiKey),
  errors: [],
  emits: [],
})

export const createApiKey = defineRoute({
  id: 'apiKeys.create',
  method: 'POST',
  path: '/v1/admin/api-keys',
  summary: 'Make an API key',
  description: 'For a user, an organization, a member of one, or for nobody but the environment.',
  access: backend('api_keys:write'),
  body: Body(newApiKey, {
    examples: [{ apiId: '01997e5c-2f6b-7a31-9f3e-0c7d6c1f2a4b', name: 'Production', scopes: ['read:users'] }],
  }),
  status: 201,
  response: withSecret,
  errors: newKeyErrors,
  emits: [apiKeyEvents['api_key.created']],
  idempotent: true,
})

export const importApiKeys = defineRoute({
  id: 'apiKeys.import',
  method: 'POST',
  path: '/v1/admin/api-keys/import',
  summary: 'Take over keys of another system',
  description:
    'By their SHA-256, so that customers go on calling with the keys they have. All of a request are taken over or ' +
    'none; a key that is there already is left as it is, so a request can be repeated.',
  access: backend('api_keys:write'),
  body: Body(
    {
      apiKeys: Type.Array(
        Type.Object(
          {
            sha256: Type.String({
              pattern: '^[0-9a-fA-F]{64}$',
              description: 'The SHA-256 of the whole key in hexadecimal.',
            }),
            prefix: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 16 }))),
            suffix: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 4 }))),
            ...newApiKey,
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 500 },
      ),
    },
    {
      examples: [
        {
          apiKeys: [
            {
              sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
              apiId: '01997e5c-2f6b-7a31-9f3e-0c7d6c1f2a4b',
              name: 'Production',
              scopes: ['read:users'],
            },
          ],
        },
      ],
    },
  ),
  status: 200,
  response: Type.Object({
    imported: Type.Integer({ description: 'Keys that are new.' }),
    known: Type.Integer({ description: 'Keys that were there already.' }),
  }),
  errors: newKeyErrors,
  emits: [apiKeyEvents['api_key.imported']],
  idempotent: true,
})

export const verifyApiKey = defineRoute({
  id: 'apiKeys.verify',
  method: 'POST',
  path: '/v1/admin/api-keys/verify',
  summary: 'Verify an API key',
  description:
    'Always answers 200 with a code. Nothing is cached: a key that was revoked or changed is so on the next ' +
    'verification, on every node. A valid verification is counted, exactly. To a token of an application for one API, ' +
    'keys of every other API are `not_found`.',
  access: backend('api_keys:verify'),
  body: Body(
    {
      apiKey: Type.String({ minLength: 1, maxLength: 512, description: 'What the customer sent.' }),
      audience: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 256,
          description: 'The audience of the API that was called.',
        }),
      ),
      scopes: Type.Optional(
        Type.Array(ScopeKey, { maxItems: 100, description: 'What the key must have, all of it.' }),
      ),
      ipAddress: Type.Optional(
        Type.String({
          minLength: 2,
          maxLength: 64,
          description: 'The address that the customer called from. A key with an allow-list needs one.',
        }),
      ),
      cost: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1_000_000_000,
          description: 'The credits that this costs; 1 when absent. All of them are spent, or none.',
        }),
      ),
    },
    { examples: [{ apiKey: 'k_live_…', scopes: ['read:users'] }] },
  ),
  status: 200,
  response: Wrapped('verification', Verification),
  errors: [],
  emits: [],
})

export const getApiKey = defineRoute({
  id: 'apiKeys.get',
  method: 'GET',
  path: '/v1/admin/api-keys/:apiKeyId',
  summary: 'Get an API key',
  access: backend('api_keys:read'),
  params: known,
  status: 200,
  response: Wrapped('apiKey', ApiKey),
  errors: [],
  emits: [],
})

export const updateApiKey = defineRoute({
  id: 'apiKeys.update',
  method: 'PATCH',
  path: '/v1/admin/api-keys/:apiKeyId',
  summary: 'Change fields of an API key',
  description: 'Absent fields stay as they are. The next verification goes by the new ones.',
  access: backend('api_keys:write'),
  params: known,
  body: Body(
    { name: Type.Optional(ApiKeyName), ...apiKeyTerms },
    { examples: [{ rateLimitPerMinute: 600 }] },
  ),
  status: 200,
  response: Wrapped('apiKey', ApiKey),
  errors: [apiKeyErrors.unknown_scope, apiKeyErrors.api_key_revoked, userErrors.metadata_too_large],
  emits: [apiKeyEvents['api_key.updated']],
  idempotent: true,
})

export const deleteApiKey = defineRoute({
  id: 'apiKeys.delete',
  method: 'DELETE',
  path: '/v1/admin/api-keys/:apiKeyId',
  summary: 'Remove an API key with its usage',
  description: 'To whoever verifies it, it was never there. Revoke it to keep what happened with it.',
  access: backend('api_keys:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [apiKeyEvents['api_key.deleted']],
})

/** How long the old secret may go on working after a rotation. */
export const overlapSecondsMax = 30 * 86_400

export const rotateApiKey = defineRoute({
  id: 'apiKeys.rotate',
  method: 'POST',
  path: '/v1/admin/api-keys/:apiKeyId/rotate',
  summary: 'Give an API key another secret',
  description:
    'The key stays the same, with its id, owner, scopes and counts. The old secret is refused at once, or goes on ' +
    'working for the overlap that is asked for.',
  access: backend('api_keys:write'),
  params: known,
  body: Body(
    {
      overlapSeconds: Type.Optional(
        Type.Integer({ minimum: 0, maximum: overlapSecondsMax, description: '0 when absent.' }),
      ),
    },
    { examples: [{ overlapSeconds: 3600 }] },
  ),
  status: 200,
  response: withSecret,
  errors: [apiKeyErrors.api_key_revoked],
  emits: [apiKeyEvents['api_key.rotated']],
  idempotent: true,
})

export const revokeApiKey = defineRoute({
  id: 'apiKeys.revoke',
  method: 'POST',
  path: '/v1/admin/api-keys/:apiKeyId/revoke',
  summary: 'Revoke an API key for good',
  description: 'The next verification refuses it. It can be revoked again; the first time counts.',
  access: backend('api_keys:write'),
  params: known,
  body: Body({ reason: Reason }, { examples: [{ reason: 'Found in a public repository' }] }),
  status: 200,
  response: Wrapped('apiKey', ApiKey),
  errors: [],
  emits: [apiKeyEvents['api_key.revoked']],
  idempotent: true,
})

export const listApiKeyUsage = defineRoute({
  id: 'apiKeys.listUsage',
  method: 'GET',
  path: '/v1/admin/api-keys/:apiKeyId/usage',
  summary: 'Tell how often an API key was used, by the hour',
  description:
    'Newest first, hours without a verification left out; the last 30 days when nothing is asked for, 366 days at most.',
  access: backend('api_keys:read'),
  params: known,
  query: Type.Object({
    from: Type.Optional(Type.String({ format: 'date-time', description: 'The first hour.' })),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Hours that begin before this.' })),
  }),
  status: 200,
  response: Type.Object({ usage: Type.Array(UsageHour), total: Type.Integer() }),
  errors: [],
  emits: [],
})

const ownWithSecret = Type.Object({ apiKey: OwnApiKey, secret: ApiKeySecret })
const ownKey = Body(
  { apiId: ApiOfKey, name: ApiKeyName, ...ownTerms },
  {
    examples: [{ apiId: '01997e5c-2f6b-7a31-9f3e-0c7d6c1f2a4b', name: 'My laptop', scopes: ['read:users'] }],
  },
)
const offered = [apiKeyErrors.api_keys_not_offered]
const newOwnErrors = [
  apiKeyErrors.unknown_api,
  apiKeyErrors.unknown_scope,
  apiKeyErrors.api_key_limit_reached,
]

export const listMyApiKeys = defineRoute({
  id: 'me.listApiKeys',
  method: 'GET',
  path: '/v1/me/api-keys',
  summary: 'List the API keys of the signed-in user, newest first',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('apiKeys', OwnApiKey),
  errors: offered,
  emits: [],
})

export const createMyApiKey = defineRoute({
  id: 'me.createApiKey',
  method: 'POST',
  path: '/v1/me/api-keys',
  summary: 'Make an API key of one’s own',
  access: user,
  body: ownKey,
  status: 201,
  response: ownWithSecret,
  errors: [...offered, ...newOwnErrors],
  emits: [apiKeyEvents['api_key.created']],
  idempotent: true,
})

export const rotateMyApiKey = defineRoute({
  id: 'me.rotateApiKey',
  method: 'POST',
  path: '/v1/me/api-keys/:apiKeyId/rotate',
  summary: 'Give an API key of one’s own another secret',
  access: user,
  params: known,
  status: 200,
  response: ownWithSecret,
  errors: [...offered, apiKeyErrors.api_key_revoked],
  emits: [apiKeyEvents['api_key.rotated']],
  idempotent: true,
})

export const revokeMyApiKey = defineRoute({
  id: 'me.revokeApiKey',
  method: 'POST',
  path: '/v1/me/api-keys/:apiKeyId/revoke',
  summary: 'Revoke an API key of one’s own for good',
  access: user,
  params: known,
  status: 200,
  response: Wrapped('apiKey', OwnApiKey),
  errors: offered,
  emits: [apiKeyEvents['api_key.revoked']],
  idempotent: true,
})

const inOrganization = { organizationId: organizationErrors.organization_not_found }
const byAdmins = [...offered, memberErrors.role_required]

export const listOrganizationApiKeys = defineRoute({
  id: 'orgs.listApiKeys',
  method: 'GET',
  path: '/v1/orgs/:organizationId/api-keys',
  summary: 'List the API keys of an organization, newest first',
  description:
    'For its owners and admins: the keys of the organization as such, and those of its members for it.',
  access: user,
  params: inOrganization,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('apiKeys', OwnApiKey),
  errors: byAdmins,
  emits: [],
})

export const createOrganizationApiKey = defineRoute({
  id: 'orgs.createApiKey',
  method: 'POST',
  path: '/v1/orgs/:organizationId/api-keys',
  summary: 'Make an API key of an organization',
  description: 'For its owners and admins. It stays when they leave.',
  access: user,
  params: inOrganization,
  body: ownKey,
  status: 201,
  response: ownWithSecret,
  errors: [...byAdmins, ...newOwnErrors],
  emits: [apiKeyEvents['api_key.created']],
  idempotent: true,
})

export const rotateOrganizationApiKey = defineRoute({
  id: 'orgs.rotateApiKey',
  method: 'POST',
  path: '/v1/orgs/:organizationId/api-keys/:apiKeyId/rotate',
  summary: 'Give an API key of an organization another secret',
  description: 'Of the organization as such; that of a member is the secret of the member.',
  access: user,
  params: { ...inOrganization, ...known },
  status: 200,
  response: ownWithSecret,
  errors: [...byAdmins, apiKeyErrors.api_key_revoked, apiKeyErrors.api_key_of_member],
  emits: [apiKeyEvents['api_key.rotated']],
  idempotent: true,
})

export const revokeOrganizationApiKey = defineRoute({
  id: 'orgs.revokeApiKey',
  method: 'POST',
  path: '/v1/orgs/:organizationId/api-keys/:apiKeyId/revoke',
  summary: 'Revoke an API key of an organization for good',
  access: user,
  params: { ...inOrganization, ...known },
  status: 200,
  response: Wrapped('apiKey', OwnApiKey),
  errors: byAdmins,
  emits: [apiKeyEvents['api_key.revoked']],
  idempotent: true,
})
