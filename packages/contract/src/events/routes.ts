import Type from 'typebox'
import { backend, defineRoute, Page, pageQuery } from '../define/index.js'
import { Event } from './schemas.js'

export const listEvents = defineRoute({
  id: 'events.list',
  method: 'GET',
  path: '/v1/admin/events',
  summary: 'List what happened, newest first',
  access: backend('events:read'),
  query: Type.Object({
    ...pageQuery,
    type: Type.Optional(Type.String({ maxLength: 100, description: 'Only events of this type.' })),
  }),
  status: 200,
  response: Page('events', Event),
  errors: [],
  emits: [],
})
