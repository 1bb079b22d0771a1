import { request } from 'node:http'
import { connect } from 'node:net'
import { api, routes } from '@claviger/contract'
import {
  createTestDatabase,
  startTestServer,
  type TestEnvironment,
  testServer,
} from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { expectProblem, type RawRequest, send, sendBytes } from './raw-request.fixture.js'
import { apiHeaders, pageHeaders } from './security-headers.js'
import { createHttpServer, type HttpServerOptions } from './server.js'

const server = testServer()
let environment: TestEnvironment
let authorized: Record<string, string>
beforeAll(async () => {
  environment = await server.environment()
  authorized = { authorization: `Bearer ${environment.secretKey}` }
})

const json = { 'content-type': 'application/json' }
const ask = (asked: RawRequest) =>
  send(server.url, { ...asked, headers: { ...authorized, ...asked.headers } })
const create = (body: string | Buffer, headers: Record<string, string> = json) =>
  ask({ method: 'POST', path: '/v1/admin/users', headers, body })

describe('a body', () => {
  const sizeMax = 1024 * 1024

  test('of one mebibyte is read, and one byte more is refused', async () => {
    const text = (size: number) => `"${'a'.repeat(size - 2)}"`
    expectProblem(await create(text(sizeMax)), 400, 'invalid_request')
    const problem = expectProblem(await create(text(sizeMax + 1)), 413, 'body_too_large')
    expect(problem.detail).toBe('The body is larger than 1048576 bytes.')
  })

  test('that never says how long it is, is refused at the same size', async () => {
    const { hostname, port } = new URL(server.url)
    const answer = await new Promise<{ status: number | undefined }>((resolve, reject) => {
      const headers = { ...authorized, ...json, 'transfer-encoding': 'chunked' }
      const sent = request(
        { hostname, port, method: 'POST', path: '/v1/admin/users', headers, agent: false },
        ({ statusCode }) => resolve({ status: statusCode }),
      )
      sent.on('error', reject)
      for (let i = 0; i < 17; i++) sent.write('a'.repeat(65_536))
    })
    expect(answer.status).toBe(413)
  })

  test('that announces a size of a gigabyte is refused before it is sent', async () => {
    const head = `POST /v1/admin/users HTTP/1.1\r\nhost: x\r\nauthorization: ${authorized.authorization}\r\n`
    const announced = `${head}content-type: application/json\r\ncontent-length: 1073741824\r\n\r\n{`
    expect(await sendBytes(server.url, announced)).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"body_too_large"/)
  })

  test.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/problem+json',
    'application/json, text/plain',
    'json',
    ';;;',
    '',
  ])('of another type than JSON is refused: %s', async (type) => {
    expectProblem(await create('{}', { 'content-type': type }), 415, 'unsupported_media_type')
  })

  test('without a type is refused', async () => {
    expectProblem(await create('{}', {}), 415, 'unsupported_media_type')
  })

  test.each(['application/json', 'APPLICATION/JSON', 'application/json;charset=utf-8'])(
    'of JSON is read however its type is written: %s',
    async (type) => {
      expect((await create('{}', { 'content-type': type })).status).toBe(201)
    },
  )

  test('that is announced as JSON and absent is as good as none, for every method', async () => {
    const user = await environment.sdk.users.create({})
    const path = `/v1/admin/users/${user.id}`
    const statuses = []
    for (const [method, place] of [
      ['GET', path],
      ['PATCH', path],
      ['POST', `${path}/ban`],
      ['POST', `${path}/unban`],
      ['DELETE', path],
    ] as const) {
      statuses.push((await ask({ method, path: place, headers: json })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200])
  })

  test('is not read where a route expects none', async () => {
    const user = await environment.sdk.users.create({})
    const path = `/v1/admin/users/${user.id}`
    for (const method of ['GET', 'DELETE']) {
      const { status } = await ask({ method, path, headers: json, body: '{"isBanned":true}' })
      expect(status, method).toBe(200)
    }
  })

  test('that arrives byte by byte holds up nobody else, and is answered once it is complete', async () => {
    const { hostname, port } = new URL(server.url)
    const headers = { ...authorized, ...json, 'transfer-encoding': 'chunked' }
    const slow = request({ hostname, port, method: 'POST', path: '/v1/admin/users', headers, agent: false })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      slow.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject)
    })
    for (const byte of '{"username":"slow"') {
      await new Promise((resolve) => slow.write(byte, resolve))
      expect((await ask({ path: '/v1/admin/environment' })).status).toBe(200)
    }
    slow.end('}')
    expect(await answered).toBe(201)
  })
})

describe('a path', () => {
  test('with a slash at its end, or one too many, leads nowhere and deletes nothing', async () => {
    const { sdk } = environment
    const { id } = await sdk.organizations.create({ name: 'Kept', slug: `kept-${newId()}` })
    const organizations = '/v1/admin/organizations'
    for (const path of [
      `${organizations}/${id}/`,
      `${organizations}/${id}//`,
      `${organizations}//${id}`,
      `/${organizations}/${id}`,
      `${organizations}/${id}/.`,
      `${organizations}/./${id}`,
      `${organizations}/${id}%2f`,
      `${organizations}/${id}%20`,
      `${organizations}/${id};a=b`,
      `${organizations}/${id}/../${id}`,
      `/V1/ADMIN/organizations/${id}`,
    ]) {
      const { status } = await ask({ method: 'DELETE', path })
      expect(status, path).toBe(404)
    }
    expect((await sdk.organizations.get(id)).id).toBe(id)
  })

  test.each([
    ['GET', '/nowhere'],
    ['GET', '/v1/admin'],
    ['PUT', '/v1/admin/users'],
    ['OPTIONS', '/v1/admin/users'],
    ['TRACE', '/v1/admin/users'],
    ['GET', '/v1/admin/users/%zz'],
    ['GET', '/v1/admin/users/%ED%A0%80'],
    ['GET', '/../../etc/passwd'],
    ['GET', '/public/index.html'],
    ['GET', '/index.html'],
  ])('that nothing stands at is refused as such, without its query: %s %s', async (method, path) => {
    const problem = expectProblem(await ask({ method, path: `${path}?token=hidden` }), 404, 'route_not_found')
    expect(problem.detail).toBe(`There is nothing at ${method} ${path}.`)
  })

  test.each([200, 201, 8_000])('with an id of %i characters leads to no user', async (length) => {
    const { status, text } = await ask({ path: `/v1/admin/users/${'a'.repeat(length)}` })
    expect(status).toBe(404)
    expect(text.length).toBeLessThan(1_000)
  })

  test('is not answered to HEAD where only GET is documented', async () => {
    const { status, text } = await ask({ method: 'HEAD', path: '/v1/admin/users' })
    expect([status, text]).toEqual([404, ''])
  })

  test.each(['%00', 'default%00', 'a%20b', '..', "'"])(
    'that names an environment which cannot exist leads to none: %s',
    async (name) => {
      for (const place of [`${name}/live`, `default/${name}`]) {
        const answer = await ask({ path: `/environments/${place}/.well-known/jwks.json` })
        expectProblem(answer, 404, 'environment_not_found')
      }
    },
  )
})

describe('the request id', () => {
  test.each(['a', 'Z_9.:-', newId(), 'x'.repeat(128)])('is the one that the client gave: %s', async (id) => {
    const { headers } = await ask({ path: '/v1/admin/environment', headers: { 'x-request-id': id } })
    expect(headers['x-request-id']).toBe(id)
  })

  test.each(['', ' ', 'a b', 'ä', '<script>', "'; --", 'x'.repeat(129), ['a', 'b']])(
    'is a new one where the client gave what no log should hold: %j',
    async (id) => {
      const { headers } = await ask({
        path: '/v1/admin/environment',
        headers: { 'x-request-id': id },
      } as never)
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  test('is in the answer, in the event and in the log of one request', async () => {
    const id = `story-${newId()}`
    const answer = await create('{}', { ...json, 'x-request-id': id })
    expect(answer.status).toBe(201)
    const { rows } = await server.owner.query('select type from events where request_id = $1', [id])
    expect(rows).toEqual([{ type: 'user.created' }])
    const lines = server.log.filter((line) => line.includes(id)).map((line) => JSON.parse(line))
    expect(lines).toMatchObject([{ operation: 'users.create', status: 201, requestId: id }])
    expectProblem(await create('{', { ...json, 'x-request-id': id }), 400, 'malformed_body')
    expectProblem(await ask({ path: '/%zz', headers: { 'x-request-id': id } }), 404, 'route_not_found')
  })
})

describe('the headers of an answer', () => {
  const strict = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }

  test.each([
    ['an answer', { path: '/v1/admin/environment' }],
    ['a refusal', { path: '/v1/admin/users?limit=0' }],
    ['an unknown path', { path: '/nowhere' }],
    ['a path that cannot be decoded', { path: '/%zz' }],
    ['a body that is no JSON', { method: 'POST', path: '/v1/admin/users', headers: json, body: '{' }],
    ['a body of another type', { method: 'POST', path: '/v1/admin/users', body: '{}' }],
    ['the readiness', { path: '/readyz' }],
    ['the metrics', { path: '/metrics' }],
    ['the OpenAPI document', { path: '/openapi.json' }],
  ])('let no browser frame, guess or keep it: %s', async (_label, asked) => {
    const { headers } = await ask(asked)
    expect(headers).toMatchObject(strict)
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers).not.toHaveProperty('strict-transport-security')
    expect(headers).not.toHaveProperty('server')
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  test('ask for https for a year where the server is reached by https', () => {
    const year = 'max-age=31536000; includeSubDomains'
    expect(apiHeaders(true)).toMatchObject({ ...strict, 'strict-transport-security': year })
    expect(pageHeaders(true)).toMatchObject({ 'strict-transport-security': year })
    expect(pageHeaders(true)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    })
    expect(pageHeaders(false)).not.toHaveProperty('strict-transport-security')
  })

  test('let a page run only what comes from this server', async () => {
    const { headers } = await ask({ path: '/' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  test('let no page of any origin read what a secret key may read', async () => {
    const origin = 'https://app.example.com'
    await environment.sdk.environment.update({ settings: { allowedOrigins: [origin] } })
    const forBackends = routes.filter(
      ({ access }) => access.by === 'backend' || access.by === 'administrator',
    )
    expect(forBackends.length).toBeGreaterThan(30)
    for (const route of forBackends) {
      const path = route.path.replace(/:\w+/g, newId())
      const preflight = { origin, 'access-control-request-method': route.method }
      const answers = [
        await ask({ method: route.method, path, headers: { origin } }),
        await ask({ method: 'OPTIONS', path, headers: preflight }),
      ]
      for (const { headers } of answers) {
        const allowing = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
        expect(allowing, route.id).toEqual([])
      }
      expect(answers[1]?.status, route.id).toBe(404)
    }
    // The same origin may read what anyone may, so the setting itself is in force.
    const visitor = { 'x-publishable-key': environment.publishableKey, origin }
    const { headers } = await send(server.url, { path: '/.well-known/jwks.json', headers: visitor })
    expect(headers['access-control-allow-origin']).toBe(origin)
  })
})

describe('what is no request', () => {
  test.each([
    ['a line that is no HTTP', 'HELLO\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: x\r\n: nameless\r\n\r\n'],
    ['a header with a line break in it', 'GET / HTTP/1.1\r\nhost: x\r\na: b\rc\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
    ['headers of 20 kilobytes', `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`],
  ])('is refused in the words of every other error, and its connection closed: %s', async (_label, bytes) => {
    const answer = await sendBytes(server.url, bytes)
    const [head = '', text = ''] = answer.split('\r\n\r\n')
    const headers = Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => line.toLowerCase().split(': ')),
    )
    expectProblem({ status: Number(head.split(' ')[1]), headers, text }, 400, 'invalid_request')
    expect(headers.connection).toBe('close')
  })

  test('keeps no connection of a client that does not hang up', async () => {
    const { hostname, port } = new URL(server.url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    const refused = new Promise((resolve) => socket.on('error', resolve))
    socket.resume().on('end', () => {
      // Whoever still listens would take this; a connection that is gone answers with a reset.
      const more = setInterval(() => socket.write('x'), 5)
      void refused.then(() => clearInterval(more))
    })
    socket.write('HELLO\r\n\r\n')
    expect(await refused).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
  })

  test('leaves the server answering everyone else', async () => {
    await Promise.all(Array.from({ length: 50 }, () => sendBytes(server.url, 'HELLO\r\n\r\n')))
    expect((await ask({ path: '/v1/admin/environment' })).status).toBe(200)
  })
})

/** A server of the test's own, that answers nothing but what it is given. */
async function listening(given: Partial<HttpServerOptions>) {
  const http = createHttpServer({
    endpoints: [],
    pipeline: () => ({ respond: () => Promise.reject(broken), ask: () => Promise.reject(broken) }),
    dialects: [],
    publicUrl: 'http://claviger.test',
    defaultEnvironment: 'default/live',
    clock: { now: Date.now },
    pages: [],
    trustedProxies: [],
    secure: false,
    isAnyEnvironmentOrigin: () => Promise.reject(broken),
    plain: [],
    onFault: () => {},
    ...given,
  })
  return { http, url: `http://127.0.0.1:${await http.listen({ host: '127.0.0.1', port: 0 })}` }
}

const broken = new Error('broken')

test('a fault outside of the pipeline is told to whoever keeps the log, and to the client only as its request', async () => {
  const told: unknown[] = []
  const { http, url } = await listening({
    plain: [{ path: '/broken', answer: () => Promise.reject(broken) }],
    onFault: (...fault) => told.push(fault),
  })
  const answer = await send(url, { path: '/broken', headers: { 'x-request-id': 'r-1', connection: 'close' } })
  expect(expectProblem(answer, 500, 'internal_error').detail).not.toContain('broken')
  expect(told).toEqual([[broken, 'r-1']])
  await http.drain()
})

test('an answer with a header that cannot be sent is a fault like any other, and leaves nobody waiting', async () => {
  const told: unknown[] = []
  const unsendable = { status: 200, headers: { location: 'a\nb' }, cookies: [], body: '{}' }
  const { http, url } = await listening({
    endpoints: [{ route: api.users.listUsers, handle: async () => undefined }],
    pipeline: () => ({ respond: async () => unsendable, ask: () => Promise.reject(broken) }),
    onFault: (error) => told.push(error),
  })
  const answer = await send(url, { path: '/v1/admin/users', headers: { connection: 'close' } })
  expectProblem(answer, 500, 'internal_error')
  expect(told).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })])
  await http.drain()
})

test('a server that listens is ready when everything else of it is there, and no sooner', async () => {
  let isStarted = false
  const database = await createTestDatabase()
  const starting = await startTestServer(database, { isStarted: () => isStarted })
  const readiness = async () => {
    const response = await fetch(`${starting.server.url}/readyz`)
    return { status: response.status, body: await response.json() }
  }
  expect(await readiness()).toEqual({ status: 503, body: { ready: false, database: true, draining: false } })
  isStarted = true
  expect(await readiness()).toEqual({ status: 200, body: { ready: true, database: true, draining: false } })
  await starting.stop()
  await database.drop()
})

test('a request for more than one answer is answered in order on one connection', async () => {
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`
  const last = 'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
  const answers = await sendBytes(server.url, one('/livez') + one('/nowhere') + last)
  expect([...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)).toEqual([
    '200',
    '404',
    '200',
  ])
})
