import Type from 'typebox'
import { apiKeyErrors } from '../api-keys/errors.js'
import { Body, backend, Done, defineRoute, Page, pageQuery, user, Wrapped } from '../define/index.js'
import { apiErrors } from './errors.js'
import { apiEvents } from './events.js'
import { Api, ApiName, ApiScope, Audience, OfferedApi, ScopeDescription, ScopeKey } from './schemas.js'

const known = { apiId: apiErrors.api_not_found }
const knownScope = { ...known, scopeId: apiErrors.api_scope_not_found }

export const listApis = defineRoute({
  id: 'apis.list',
  method: 'GET',
  path: '/v1/admin/apis',
  summary: 'List the APIs of the environment, newest first',
  access: backend('apis:read'),
  query: Type.Object({
    ...pageQuery,
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name or audience.' }),
    ),
    isManagement: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  response: Page('apis', Api),
  errors: [],
  emits: [],
})

export const createApi = defineRoute({
  id: 'apis.create',
  method: 'POST',
  path: '/v1/admin/apis',
  summary: 'Register an API of your own',
  description: 'Then give it scopes, allow it to applications, and issue keys for it.',
  access: backend('apis:write'),
  body: Body(
    { name: ApiName, audience: Audience },
    { examples: [{ name: 'Weather', audience: 'https://api.weather.example.com' }] },
  ),
  status: 201,
  response: Wrapped('api', Api),
  errors: [apiErrors.audience_taken],
  emits: [apiEvents['api.created']],
  idempotent: true,
})

export const getApi = defineRoute({
  id: 'apis.get',
  method: 'GET',
  path: '/v1/admin/apis/:apiId',
  summary: 'Get an API',
  access: backend('apis:read'),
  params: known,
  status: 200,
  response: Wrapped('api', Api),
  errors: [],
  emits: [],
})

export const updateApi = defineRoute({
  id: 'apis.update',
  method: 'PATCH',
  path: '/v1/admin/apis/:apiId',
  summary: 'Rename an API',
  description: 'Its audience stays: tokens name it.',
  access: backend('apis:write'),
  params: known,
  body: Body({ name: Type.Optional(ApiName) }, { examples: [{ name: 'Weather and tides' }] }),
  status: 200,
  response: Wrapped('api', Api),
  errors: [apiErrors.management_api_fixed],
  emits: [apiEvents['api.updated']],
  idempotent: true,
})

export const deleteApi = defineRoute({
  id: 'apis.delete',
  method: 'DELETE',
  path: '/v1/admin/apis/:apiId',
  summary: 'Delete an API',
  description: 'Its keys and the tokens for it are refused from the next request on.',
  access: backend('apis:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [apiErrors.management_api_fixed],
  emits: [apiEvents['api.deleted']],
})

export const listApiScopes = defineRoute({
  id: 'apiScopes.list',
  method: 'GET',
  path: '/v1/admin/apis/:apiId/scopes',
  summary: 'List the scopes of an API, newest first',
  description: 'The management API has none of its own here: its scopes are the names of permissions.',
  access: backend('apis:read'),
  params: known,
  query: Type.Object({
    ...pageQuery,
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the key or description.' }),
    ),
  }),
  status: 200,
  response: Page('scopes', ApiScope),
  errors: [],
  emits: [],
})

export const createApiScope = defineRoute({
  id: 'apiScopes.create',
  method: 'POST',
  path: '/v1/admin/apis/:apiId/scopes',
  summary: 'Add a scope to an API',
  access: backend('apis:write'),
  params: known,
  body: Body(
    { key: ScopeKey, description: Type.Optional(ScopeDescription) },
    { examples: [{ key: 'read:forecasts', description: 'Read forecasts of every station' }] },
  ),
  status: 201,
  response: Wrapped('scope', ApiScope),
  errors: [apiErrors.api_scope_taken, apiErrors.management_api_fixed],
  emits: [apiEvents['api_scope.created']],
  idempotent: true,
})

export const getApiScope = defineRoute({
  id: 'apiScopes.get',
  method: 'GET',
  path: '/v1/admin/apis/:apiId/scopes/:scopeId',
  summary: 'Get a scope',
  access: backend('apis:read'),
  params: knownScope,
  status: 200,
  response: Wrapped('scope', ApiScope),
  errors: [],
  emits: [],
})

export const updateApiScope = defineRoute({
  id: 'apiScopes.update',
  method: 'PATCH',
  path: '/v1/admin/apis/:apiId/scopes/:scopeId',
  summary: 'Change the description of a scope',
  description: 'Its key stays: keys and applications hold it.',
  access: backend('apis:write'),
  params: knownScope,
  body: Body(
    { description: Type.Optional(ScopeDescription) },
    { examples: [{ description: 'Read every forecast' }] },
  ),
  status: 200,
  response: Wrapped('scope', ApiScope),
  errors: [],
  emits: [apiEvents['api_scope.updated']],
  idempotent: true,
})

export const deleteApiScope = defineRoute({
  id: 'apiScopes.delete',
  method: 'DELETE',
  path: '/v1/admin/apis/:apiId/scopes/:scopeId',
  summary: 'Delete a scope',
  description: 'Every key and application that has it loses it, from the next request on.',
  access: backend('apis:write'),
  params: knownScope,
  status: 200,
  response: Done,
  errors: [],
  emits: [apiEvents['api_scope.deleted']],
})

export const listMyApis = defineRoute({
  id: 'me.listApis',
  method: 'GET',
  path: '/v1/me/apis',
  summary: 'List the APIs that people can make keys for, newest first',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('apis', OfferedApi),
  errors: [apiKeyErrors.api_keys_not_offered],
  emits: [],
})
