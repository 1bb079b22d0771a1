import Type from 'typebox'
import { apiKeyErrors } from '../api-keys/errors.js'
import { apiErrors } from '../apis/errors.js'
import { ScopeKey } from '../apis/schemas.js'
import { Body, backend, Done, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { secretKeyErrors } from '../secret-keys/errors.js'
import { GracePeriodHours, gracePeriodHoursDefault } from '../secret-keys/schemas.js'
import { applicationErrors } from './errors.js'
import { applicationEvents } from './events.js'
import {
  Application,
  ApplicationName,
  ApplicationType,
  GrantedScopes,
  TokenLifetimeSeconds,
} from './schemas.js'

const known = { applicationId: applicationErrors.application_not_found }
const knownWithApi = { ...known, apiId: apiErrors.api_not_found }
const clientSecret = Type.String({ description: 'Shown once.' })

export const listApplications = defineRoute({
  id: 'applications.list',
  method: 'GET',
  path: '/v1/admin/applications',
  summary: 'List the applications of the environment, newest first',
  access: backend('applications:read'),
  query: Type.Object({
    ...pageQuery,
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name.' })),
    type: Type.Optional(ApplicationType),
    enabled: Type.Optional(Type.Boolean()),
    apiId: Type.Optional(Type.String({ maxLength: 64, description: 'Only those that may use this API.' })),
  }),
  status: 200,
  response: Page('applications', Application),
  errors: [],
  emits: [],
})

export const createApplication = defineRoute({
  id: 'applications.create',
  method: 'POST',
  path: '/v1/admin/applications',
  summary: 'Make an application',
  description:
    'Its client secret is in this answer and nowhere else, ever again: only its SHA-256 is stored. It may use no ' +
    'API until it is allowed one.',
  access: backend('applications:write'),
  body: Body(
    {
      name: ApplicationName,
      type: Type.Optional(ApplicationType),
      tokenLifetimeSeconds: Type.Optional(TokenLifetimeSeconds),
    },
    { examples: [{ name: 'Nightly report', type: 'm2m' }] },
  ),
  status: 201,
  response: Type.Object({ application: Application, clientSecret }),
  errors: [],
  emits: [applicationEvents['application.created']],
  idempotent: true,
})

export const getApplication = defineRoute({
  id: 'applications.get',
  method: 'GET',
  path: '/v1/admin/applications/:applicationId',
  summary: 'Get an application',
  access: backend('applications:read'),
  params: known,
  status: 200,
  response: Wrapped('application', Application),
  errors: [],
  emits: [],
})

export const updateApplication = defineRoute({
  id: 'applications.update',
  method: 'PATCH',
  path: '/v1/admin/applications/:applicationId',
  summary: 'Change fields of an application, or disable it',
  description: 'While it is disabled it gets no tokens, and those that it has are refused. Its type stays.',
  access: backend('applications:write'),
  params: known,
  body: Body(
    {
      name: Type.Optional(ApplicationName),
      enabled: Type.Optional(Type.Boolean()),
      tokenLifetimeSeconds: Type.Optional(TokenLifetimeSeconds),
    },
    { examples: [{ enabled: false }] },
  ),
  status: 200,
  response: Wrapped('application', Application),
  errors: [secretKeyErrors.permission_exceeds_own],
  emits: [applicationEvents['application.updated']],
  idempotent: true,
})

export const deleteApplication = defineRoute({
  id: 'applications.delete',
  method: 'DELETE',
  path: '/v1/admin/applications/:applicationId',
  summary: 'Delete an application',
  description: 'Its tokens are refused from the next request on.',
  access: backend('applications:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [applicationEvents['application.deleted']],
})

export const rotateApplicationSecret = defineRoute({
  id: 'applications.rotateSecret',
  method: 'POST',
  path: '/v1/admin/applications/:applicationId/rotate-secret',
  summary: 'Give an application a new client secret',
  description:
    'The secret before it goes on working for the grace period. An application has no more than these two: who ' +
    'rotates again ends the older one.',
  access: backend('applications:write'),
  params: known,
  body: Body(
    { gracePeriodHours: GracePeriodHours },
    { examples: [{ gracePeriodHours: gracePeriodHoursDefault }] },
  ),
  status: 201,
  response: Type.Object({ application: Application, clientSecret }),
  errors: [secretKeyErrors.permission_exceeds_own],
  emits: [applicationEvents['application.secret_rotated']],
  idempotent: true,
})

export const allowApi = defineRoute({
  id: 'applications.allowApi',
  method: 'PUT',
  path: '/v1/admin/applications/:applicationId/apis/:apiId',
  summary: 'Allow an application an API, with all scopes or some',
  description:
    'Replaces what it was allowed of that API before, in force for the next request. Scopes of the management API ' +
    'are names of permissions, also spelled as `read:users` and `create:users`, `update:users` or `delete:users`; ' +
    'nobody gives more of it than what it may do itself.',
  access: backend('applications:write'),
  params: knownWithApi,
  body: Body({ scopes: GrantedScopes }, { examples: [{ scopes: '*' }] }),
  status: 200,
  response: Wrapped('application', Application),
  errors: [apiKeyErrors.unknown_scope, secretKeyErrors.permission_exceeds_own],
  emits: [applicationEvents['application.api_allowed']],
  idempotent: true,
})

const someScopes = (description: string) =>
  Type.Optional(Type.Array(ScopeKey, { maxItems: 200, uniqueItems: true, description }))

export const changeScopes = defineRoute({
  id: 'applications.changeScopes',
  method: 'PATCH',
  path: '/v1/admin/applications/:applicationId/apis/:apiId',
  summary: 'Allow an application more scopes of an API, or fewer',
  description:
    'Those that are not named stay, whoever else changes them meanwhile. From an application that is allowed all, ' +
    'what is removed leaves all others that there are now.',
  access: backend('applications:write'),
  params: knownWithApi,
  body: Body(
    {
      add: someScopes('By their keys or their ids.'),
      remove: someScopes('The same. What it was not allowed stays so; what is in both is removed.'),
    },
    { examples: [{ add: ['read:users'] }] },
  ),
  status: 200,
  response: Wrapped('application', Application),
  errors: [
    applicationErrors.api_not_allowed,
    apiKeyErrors.unknown_scope,
    secretKeyErrors.permission_exceeds_own,
  ],
  emits: [applicationEvents['application.api_allowed']],
  idempotent: true,
})

const someApplications = (description: string) =>
  Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100, uniqueItems: true, description }))

export const changeApplications = defineRoute({
  id: 'apis.changeApplications',
  method: 'PATCH',
  path: '/v1/admin/apis/:apiId/applications',
  summary: 'Allow an API to applications, or take it from them',
  description:
    'All of it or nothing. An application that is new to the API is allowed no scope of it yet; one that had it ' +
    'keeps its scopes. In force for the next request.',
  access: backend('apis:write'),
  params: { apiId: knownWithApi.apiId },
  body: Body(
    {
      allow: someApplications('Ids of those that may get tokens for it from now on.'),
      remove: someApplications('Ids of those that may not any more; what is in both is removed.'),
    },
    { examples: [{ allow: ['01997e5c-2f6b-7a31-9f3e-0c7d6c1f2a4b'] }] },
  ),
  status: 200,
  response: Done,
  errors: [applicationErrors.application_not_found, secretKeyErrors.permission_exceeds_own],
  emits: [applicationEvents['application.api_allowed'], applicationEvents['application.api_removed']],
  idempotent: true,
})

export const removeApi = defineRoute({
  id: 'applications.removeApi',
  method: 'DELETE',
  path: '/v1/admin/applications/:applicationId/apis/:apiId',
  summary: 'Take an API from an application',
  description: 'Its tokens for it are refused from the next request on. What it was not allowed stays so.',
  access: backend('applications:write'),
  params: knownWithApi,
  status: 200,
  response: Done,
  errors: [],
  emits: [applicationEvents['application.api_removed']],
})
