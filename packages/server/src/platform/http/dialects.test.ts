import { api, type Dialect, type DialectRoute, errors, Refusal } from '@claviger/contract'
import { testServer } from '@claviger/server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import type { Asked, Pipe } from './pipeline.js'
import { createHttpServer, type HttpServer } from './server.js'
import type { WireRequest } from './wire.js'

/** What the operations of this server were asked, in place of doing anything. */
const asked: (WireRequest & { readonly operation: string })[] = []
const told: unknown[] = []
let answer: Asked['answer'] = { output: { user: { id: 'u-1' } } }
let answerHeaders: Record<string, string> = {}

const route = (path: string, handle: DialectRoute['handle'], method: DialectRoute['method'] = 'POST') => ({
  method,
  path,
  handle,
})
const vendor: Dialect = {
  name: 'vendor',
  isForBrowsers: true,
  credential: ({ headers }) => headers['x-vendor-key'] as string | undefined,
  refuse: ({ status, code, message, data }, { requestId }) => ({
    status: status === 404 ? 410 : status,
    headers: { 'x-vendor': 'refused' },
    body: { code, message, data, requestId },
  }),
  routes: [
    route('/vendor/echo/:id', async ({ params, query, body }) => ({
      status: 201,
      body: { params, query, body },
    })),
    route('/vendor/setting', async (_request, _call, setting) => ({ status: 200, body: setting })),
    route('/vendor/users', async (_request, call) => {
      const { user } = await call(api.users.createUser, {
        body: { email: 'a@b.c', username: undefined },
        environment: 'shop/live',
      })
      await call(api.users.listUsers, { query: { search: undefined, limit: 5 }, credential: 'another' })
      return { status: 200, headers: { 'x-vendor': 'told' }, body: user }
    }),
    route('/vendor/nothing', async () => ({ status: 204 }), 'DELETE'),
    route('/vendor/own', async () => {
      throw new Refusal(418, 'teapot', 'I am one', { handle: 1 })
    }),
    route('/vendor/broken', async () => {
      throw new Error('of the inside')
    }),
  ],
}
const plain: Dialect = {
  name: 'plain',
  refuse: ({ status, code }) => ({ status, body: { code } }),
  routes: [
    route('/plain/users', async (_request, call) => {
      await call(api.users.listUsers)
      return { status: 200, body: {} }
    }),
  ],
}

let http: HttpServer
let url: string
beforeAll(async () => {
  const pipeline = ({ route: { id } }: Endpoint): Pipe => ({
    respond: () => Promise.reject(new Error('Nobody came over the wire.')),
    async ask(request) {
      asked.push({ ...request, operation: id })
      return { answer, headers: answerHeaders, cookies: [{ name: 'session', value: 'x' } as never] }
    },
  })
  http = createHttpServer({
    endpoints: [api.users.createUser, api.users.listUsers].map(
      (each) => ({ route: each, handle: () => {} }) as never,
    ),
    pipeline,
    dialects: [vendor, plain],
    publicUrl: 'http://claviger.test',
    defaultEnvironment: 'default/live',
    clock: { now: () => 1_000 },
    pages: [],
    trustedProxies: [],
    secure: false,
    isAnyEnvironmentOrigin: async (origin) => origin === 'https://app.example.com',
    plain: [],
    onFault: (...fault) => told.push(fault),
  })
  url = `http://127.0.0.1:${await http.listen({ host: '127.0.0.1', port: 0 })}`
})
afterAll(() => http.drain())

async function send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  asked.length = 0
  const headers = { connection: 'close', ...init.headers }
  const response = await fetch(url + path, { method: 'POST', ...init, headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

test('a route of a dialect is handed its request, as JSON, as a form, or without a body', async () => {
  const json = { 'content-type': 'application/json' }
  const form = new URLSearchParams([
    ['hours', '24'],
    ['reason', 'a b'],
  ])
  const bodies: [RequestInit & { headers?: Record<string, string> }, unknown][] = [
    [{ headers: json, body: '{"hours":24}' }, { hours: 24 }],
    [{ headers: json, body: '' }, undefined],
    [{}, undefined],
    [{ body: form }, { hours: '24', reason: 'a b' }],
  ]
  for (const [init, body] of bodies) {
    const echoed = await send('/vendor/echo/7?q=1', init)
    expect([echoed.status, echoed.body]).toEqual([
      201,
      { params: { id: '7' }, query: { q: '1' }, ...(body ? { body } : {}) },
    ])
  }
  expect((await send('/vendor/nothing', { method: 'DELETE' })).body).toBeUndefined()
  expect((await send('/vendor/setting', { headers: { 'x-request-id': 'r-1' } })).body).toEqual({
    publicUrl: 'http://claviger.test',
    defaultEnvironment: 'default/live',
    requestId: 'r-1',
    nowMs: 1_000,
  })
})

test('operations are called with the credential of the request, its idempotency key, and nothing else of it', async () => {
  answerHeaders = { ratelimit: '"key";r=1', 'content-type': 'text/plain', 'x-inside': '1' }
  const { status, headers, body } = await send('/vendor/users', {
    headers: {
      'x-vendor-key': 'sk_1',
      authorization: 'Bearer of-another-scheme',
      'idempotency-key': 'i-1',
      'claviger-environment': 'other/live',
      'user-agent': 'vendor/1',
      cookie: '__session=stolen',
      origin: 'https://elsewhere.example.com',
    },
  })
  expect([status, body]).toEqual([200, { id: 'u-1' }])
  expect(headers.get('x-vendor')).toBe('told')
  expect(headers.get('ratelimit')).toBe('"key";r=1')
  expect(headers.get('x-inside')).toBeNull()
  expect(headers.getSetCookie()).toEqual([])
  const [create, list] = asked
  expect(asked.map(({ operation }) => operation)).toEqual(['users.create', 'users.list'])
  expect(create).toMatchObject({ params: {}, query: {}, body: { email: 'a@b.c' }, isCounted: false })
  expect(Object.keys(create?.body as object)).toEqual(['email'])
  expect(create?.headers).toEqual({
    authorization: 'Bearer sk_1',
    'idempotency-key': 'i-1',
    'claviger-environment': 'shop/live',
    'user-agent': 'vendor/1',
  })
  expect(create?.client.cookies).toEqual({})
  // A key that has made one request is not counted twice for it.
  expect(list).toMatchObject({ query: { limit: 5 }, isCounted: true })
  expect(list?.headers.authorization).toBe('Bearer another')

  await send('/vendor/users')
  expect(asked[0]?.headers.authorization).toBeUndefined()
  await send('/plain/users', { headers: { authorization: 'Bearer sk_2' } })
  expect(asked[0]?.headers.authorization).toBe('Bearer sk_2')
  answerHeaders = {}
})

test('refusals are told in the words of the vendor, wherever they come from', async () => {
  const output = answer
  answer = { failure: fail(errors.rate_limited, { retryAfterSeconds: 7 }) }
  answerHeaders = { 'retry-after': '7' }
  const limited = await send('/vendor/users', { headers: { 'x-request-id': 'r-2' } })
  expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-vendor')]).toEqual([
    429,
    '7',
    'refused',
  ])
  expect(limited.body).toMatchObject({
    code: 'rate_limited',
    data: { retryAfterSeconds: 7 },
    requestId: 'r-2',
  })
  answer = { failure: fail(errors.user_not_found) }
  answerHeaders = {}
  expect((await send('/vendor/users')).status).toBe(410)
  answer = output

  expect(await send('/vendor/own')).toMatchObject({
    status: 418,
    body: { code: 'teapot', message: 'I am one', data: { handle: 1 } },
  })
  const unread = { headers: { 'content-type': 'application/json' }, body: '{' }
  expect(await send('/vendor/echo/1', unread)).toMatchObject({
    status: 400,
    body: { code: 'malformed_body' },
  })
  const unknown = { headers: { 'content-type': 'text/plain' }, body: 'x' }
  expect((await send('/vendor/echo/1', unknown)).body.code).toBe('unsupported_media_type')
  expect((await send('/plain/users', unknown)).body).toEqual({ code: 'unsupported_media_type' })
  const large = { headers: { 'content-type': 'application/json' }, body: JSON.stringify('x'.repeat(2 ** 20)) }
  expect((await send('/vendor/echo/1', large)).body.code).toBe('body_too_large')
})

test('an error that nobody foresaw is told to whoever keeps the log, and to the client only as its request', async () => {
  const broken = await send('/vendor/broken', { headers: { 'x-request-id': 'r-3' } })
  expect(broken).toMatchObject({ status: 500, body: { code: 'internal_error', requestId: 'r-3' } })
  expect(JSON.stringify(broken.body)).not.toContain('of the inside')
  expect(told).toEqual([[expect.objectContaining({ message: 'of the inside' }), 'r-3']])
})

test('pages of allowed origins may call a dialect that is for browsers, and never with cookies', async () => {
  const ask = (path: string, method: string, origin: string) =>
    send(path, {
      method,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey',
      },
    })
  const allowed = 'https://app.example.com'
  for (const method of ['OPTIONS', 'POST']) {
    const { headers } = await ask('/vendor/setting', method, allowed)
    expect(headers.get('access-control-allow-origin')).toBe(allowed)
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    const { headers: foreign } = await ask('/vendor/setting', method, 'https://evil.example.com')
    expect(foreign.get('access-control-allow-origin')).toBeNull()
    expect(foreign.get('vary')).toBe('origin')
    expect((await ask('/plain/users', method, allowed)).headers.get('access-control-allow-origin')).toBeNull()
  }
  const preflight = await ask('/vendor/setting', 'OPTIONS', allowed)
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'apikey'])
  // Also where it was refused, a page must be able to read why.
  expect((await ask('/vendor/own', 'POST', allowed)).headers.get('access-control-allow-origin')).toBe(allowed)
})

const server = testServer()

test('an idempotency key makes a repetition over a dialect answer what the first one answered', async () => {
  const { secretKey, sdk, browser } = await server.environment()
  const invite = () =>
    browser().post(
      '/api/v1/admin/users/invite',
      { email: 'ada@example.com', send_email: false },
      { authorization: `Bearer ${secretKey}`, 'idempotency-key': 'once' },
    )
  const first = await invite()
  const second = await invite()
  expect([first.status, second.status, second.body]).toEqual([201, 201, first.body])
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect((await sdk.users.list()).total).toBe(1)
})
