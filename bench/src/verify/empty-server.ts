import { api } from '@claviger/contract'
import fastify from 'fastify'

const { BENCH_PORT, BENCH_ANSWER } = process.env
const answer = JSON.parse(BENCH_ANSWER ?? '')
const { method, path, body, response } = api.apiKeys.verifyApiKey

const server = fastify({ logger: false })
server.get('/ready', () => ({}))
// The body is checked and the answer is written by its schema, as Fastify does it for any handler.
server.route({
  method,
  url: path,
  schema: { body, response: { 200: response } },
  handler: async () => answer,
})
await server.listen({ host: '127.0.0.1', port: Number(BENCH_PORT) })
