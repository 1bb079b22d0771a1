import Type from 'typebox'
import { Body, backend, defineRoute, Wrapped } from '../define/index.js'
import { environmentEvents } from './events.js'
import { Environment, EnvironmentSettings } from './schemas.js'

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
  body: Body(
    { settings: Type.Partial(EnvironmentSettings, { additionalProperties: false }) },
    { examples: [{ settings: { allowedOrigins: ['https://app.example.com'] } }] },
  ),
  status: 200,
  response: Wrapped('environment', Environment),
  errors: [],
  emits: [environmentEvents['environment.updated']],
  idempotent: true,
})
