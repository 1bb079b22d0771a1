import Type from 'typebox'
import { anyoneAtAll, defineRoute, OneOf } from '../define/index.js'

export const Health = Type.Object(
  {
    status: OneOf(['ok', 'degraded']),
    ts: Type.Integer({ description: 'Milliseconds since 1970.' }),
    timestamp: Type.String({ format: 'date-time' }),
    version: Type.String(),
    uptimeSeconds: Type.Integer(),
    services: Type.Object({
      database: Type.Boolean(),
      realtime: Type.Boolean(),
      worker: Type.Optional(Type.Boolean({ description: 'Absent on a node that has none.' })),
    }),
  },
  { title: 'Health', description: 'How the server is.' },
)

const probe = { method: 'GET', access: anyoneAtAll, status: 200, errors: [], emits: [] } as const

export const getHealth = defineRoute({
  ...probe,
  id: 'health.get',
  path: '/health',
  summary: 'How the server is, part by part',
  response: Health,
})

export const getLiveness = defineRoute({
  ...probe,
  id: 'health.live',
  path: '/livez',
  summary: 'Whether the process lives',
  response: Type.Object({ status: Type.Literal('ok') }),
})
