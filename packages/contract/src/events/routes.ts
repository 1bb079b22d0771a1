import Type from 'typebox'
import { administrator, backend, defineRoute, Page, pageQuery } from '../define/index.js'
import { Event } from './schemas.js'

const query = Type.Object({
  ...pageQuery,
  type: Type.Optional(Type.String({ maxLength: 100, description: 'Only events of this type.' })),
})

export const listEvents = defineRoute({
  id: 'events.list',
  method: 'GET',
  path: '/v1/admin/events',
  summary: 'List what happened, newest first',
  access: backend('events:read'),
  query,
  status: 200,
  response: Page('events', Event),
  errors: [],
  emits: [],
})

export const listInstanceEvents = defineRoute({
  id: 'instanceEvents.list',
  method: 'GET',
  path: '/v1/instance/events',
  summary: 'List what happened above all environments, newest first',
  access: administrator('events:read', 'instance'),
  query,
  status: 200,
  response: Page('events', Event),
  errors: [],
  emits: [],
})
