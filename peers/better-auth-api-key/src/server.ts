import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { betterAuth } from 'better-auth'
import { Pool } from 'pg'
import { betterAuthOptions } from './better-auth-options.js'

const { DATABASE_URL, BENCH_URL, BETTER_AUTH_SECRET, IS_ALONE } = process.env
if (!DATABASE_URL || !BENCH_URL || !BETTER_AUTH_SECRET) {
  throw new Error('This process is started by the benchmark of verifications, which sets its environment.')
}

const pool = new Pool({ connectionString: DATABASE_URL, max: 8 })
const auth = betterAuth(
  betterAuthOptions({ pool, baseUrl: BENCH_URL, secret: BETTER_AUTH_SECRET, isAlone: IS_ALONE === 'true' }),
)

/** `verifyApiKey` has no route of its own: the documentation calls it on the server, as here. */
async function verify(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const part of request.setEncoding('utf8')) text += part
  const { key } = JSON.parse(text) as { key: string }
  return auth.api.verifyApiKey({ body: { key } })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

const server = createServer((request, response) => {
  if (request.url === '/ready') return answer(response, 200, {})
  verify(request).then(
    (body) => answer(response, 200, body),
    (error: unknown) => answer(response, 500, { error: String(error) }),
  )
})
const { hostname, port } = new URL(BENCH_URL)
server.listen(Number(port), hostname)
