import Type from 'typebox'
import { administrator, Body, backend, defineRoute, Page, pageQuery, Wrapped } from '../define/index.js'
import { projectErrors } from '../projects/errors.js'
import { environmentErrors } from './errors.js'
import { environmentEvents } from './events.js'
import { Environment, EnvironmentName, EnvironmentSettings } from './schemas.js'

const ofProject = { projectId: projectErrors.project_not_found }
const known = { ...ofProject, environmentId: environmentErrors.project_environment_not_found }
const SomeSettings = Type.Partial(EnvironmentSettings, { additionalProperties: false })
const settingsExample = { settings: { allowedOrigins: ['https://app.example.com'] } }

export const getEnvironment = defineRoute({
  id: 'environment.get',
  method: 'GET',
  path: '/v1/admin/environment',
  summary: 'Get the environment of this credential',
  access: backend('environment:read'),
  status: 200,
  response: Wrapped('environment', Environment),
  errors: [],
  emits: [],
})

export const updateEnvironment = defineRoute({
  id: 'environment.update',
  method: 'PATCH',
  path: '/v1/admin/environment',
  summary: 'Change settings of the environment',
  description: 'Settings that are not named stay as they are.',
  access: backend('environment:write'),
  body: Body({ settings: SomeSettings }, { examples: [settingsExample] }),
  status: 200,
  response: Wrapped('environment', Environment),
  errors: [environmentErrors.project_environment_not_found],
  emits: [environmentEvents['environment.updated']],
  idempotent: true,
})

export const listEnvironments = defineRoute({
  id: 'environments.list',
  method: 'GET',
  path: '/v1/projects/:projectId/environments',
  summary: 'List the environments of a project',
  access: administrator('projects:read', 'project'),
  params: ofProject,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('environments', Environment),
  errors: [],
  emits: [],
})

export const createEnvironment = defineRoute({
  id: 'environments.create',
  method: 'POST',
  path: '/v1/projects/:projectId/environments',
  summary: 'Create the environment that a project lacks',
  access: administrator('projects:write', 'project'),
  params: ofProject,
  body: Body(
    { name: EnvironmentName, settings: Type.Optional(SomeSettings) },
    { examples: [{ name: 'test' }] },
  ),
  status: 201,
  response: Wrapped('environment', Environment),
  errors: [environmentErrors.environment_exists],
  emits: [environmentEvents['environment.created']],
})

export const getProjectEnvironment = defineRoute({
  id: 'environments.get',
  method: 'GET',
  path: '/v1/projects/:projectId/environments/:environmentId',
  summary: 'Get an environment of a project',
  access: administrator('environment:read', 'project'),
  params: known,
  status: 200,
  response: Wrapped('environment', Environment),
  errors: [],
  emits: [],
})

export const updateProjectEnvironment = defineRoute({
  id: 'environments.update',
  method: 'PATCH',
  path: '/v1/projects/:projectId/environments/:environmentId',
  summary: 'Change settings of an environment of a project',
  description: 'Settings that are not named stay as they are.',
  access: administrator('environment:write', 'project'),
  params: known,
  body: Body({ settings: SomeSettings }, { examples: [settingsExample] }),
  status: 200,
  response: Wrapped('environment', Environment),
  errors: [],
  emits: [environmentEvents['environment.updated']],
})

export const purgeEnvironment = defineRoute({
  id: 'environments.purge',
  method: 'POST',
  path: '/v1/projects/:projectId/environments/:environmentId/purge',
  summary: 'Remove an environment and everything in it for good',
  description:
    'From the next request on it is unknown, and its name is free for a new one; the worker removes its data. ' +
    'An environment cannot be recovered, and the last one of a project cannot be removed.',
  access: administrator('projects:delete', 'project'),
  params: known,
  body: Body(
    { confirm: Type.String({ maxLength: 100, description: 'Project slug and name: `shop/test`.' }) },
    { examples: [{ confirm: 'shop/test' }] },
  ),
  status: 200,
  response: Wrapped('environment', Environment),
  errors: [environmentErrors.last_environment, projectErrors.confirmation_mismatch],
  emits: [environmentEvents['environment.purge_requested']],
})
