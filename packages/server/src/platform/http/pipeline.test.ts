import { errors, type Route, routes } from '@claviger/contract'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import Type from 'typebox'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Call } from '#kernel/call'
import type { Endpoint } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import type { Environment } from '#kernel/principal'
import { createGuardedFetch } from '#platform/outgoing/guarded-fetch'
import { type Answer, createPipeline } from './pipeline.js'
import type { WireRequest } from './wire.js'

const server = testServer()
let tested: TestEnvironment
beforeAll(async () => {
  tested = await server.environment()
})

const Inner = Type.Object({ shown: Type.String() })
const Shape = Type.Object({
  shown: Type.String(),
  inner: Inner,
  list: Type.Array(Inner),
  free: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  maybe: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
})

const base: Route = {
  id: 'things.make',
  method: 'POST',
  path: '/v1/admin/things/:thingId',
  summary: 'Make a thing',
  access: { by: 'backend', scope: 'environment', permission: 'users:write' },
  params: { thingId: errors.user_not_found },
  query: Type.Object({ deep: Type.Optional(Type.Boolean()) }),
  body: Type.Object({ name: Type.String() }, { additionalProperties: false }),
  status: 200,
  response: Shape,
  errors: [],
  emits: [],
}
const right = { shown: 'a', inner: { shown: 'b' }, list: [{ shown: 'c' }], free: {}, maybe: null }

/** Runs one request through the pipeline of a server, to a handler of the test's own. */
async function answer(
  handle: (call: Call, input: { params: object; query: object; body: unknown }) => Promise<unknown>,
  {
    route = {},
    request = {},
    begin,
  }: { route?: Partial<Route>; request?: Partial<WireRequest>; begin?: Endpoint['begin'] } = {},
) {
  const answers: Answer[] = []
  const environment = {
    id: tested.id,
    name: 'test',
    projectId: tested.projectId,
    projectSlug: 'p',
    settings: { allowedOrigins: [] },
    createdAt: '',
    updatedAt: '',
  } as unknown as Environment
  const pipeline = createPipeline({
    database: server.database,
    seal: server.seal,
    fetch: createGuardedFetch(),
    isBreached: async () => false,
    isSetupToken: () => false,
    clock: server.clock,
    publicUrl: 'http://claviger.test',
    requestsPerMinute: 100,
    authenticators: {
      async secretKey(secret) {
        if (secret === 'sk_none') return undefined
        const permissions = secret === 'sk_reader' ? ['users:read'] : ['*']
        return { principal: { kind: 'secret_key', id: 'key', permissions }, environment }
      },
      session: async () => undefined,
      browser: async () => undefined,
      operator: async () => undefined,
      administrator: async () => undefined,
      application: async () => undefined,
      portal: async () => undefined,
      client: async () => undefined,
      clientFailed: async () => {},
    },
    environments: {
      byName: async () => environment,
      byPublishableKey: async () => undefined,
      byDefault: async () => environment,
      ofInstance: async () => undefined,
    },
    onAnswer: (told) => answers.push(told),
  })
  const handler = vi.fn(handle)
  const endpoint: Endpoint = {
    route: { ...base, ...route },
    handle: handler as unknown as Endpoint['handle'],
    ...(begin && { begin }),
  }
  const id = newId()
  const response = await pipeline(endpoint).respond({
    params: { thingId: id },
    query: {},
    body: { name: 'thing' },
    headers: { authorization: 'Bearer sk_right' },
    requestId: 'request',
    client: { ipAddress: null, userAgent: null, cookies: {}, isHost: false },
    ...request,
  })
  return { ...response, json: response.body && JSON.parse(response.body), handler, answers, id }
}

const withKey = (key: string, more: Partial<WireRequest> = {}) => ({
  ...more,
  headers: { authorization: `Bearer ${key}` },
})

describe('what a handler begins with', () => {
  test('is under way before it is known who asks, and is what the handler waits for', async () => {
    const begin = vi.fn(async (body: unknown) => ({ begunWith: body }))
    const handle = async (_call: Call, _input: unknown, begun?: Promise<unknown>) => ({
      ...right,
      free: (await begun) as object,
    })
    const { json } = await answer(handle, { begin })
    expect(json.free).toEqual({ begunWith: { name: 'thing' } })
    expect(begin).toHaveBeenCalledTimes(1)
  })

  test('is thrown away where the caller may not ask, also where it fails', async () => {
    const begin = async () => {
      throw new Error('The database is away.')
    }
    const { status, handler } = await answer(async () => right, { begin, request: withKey('sk_none') })
    expect(status).toBe(401)
    expect(handler).not.toHaveBeenCalled()
    expect((await answer(async () => right, { begin, request: withKey('sk_reader') })).status).toBe(403)
  })

  test('may be nothing, where the body is not what it should be', async () => {
    const { status } = await answer(async () => right, {
      begin: () => undefined,
      request: { body: { name: 1 } },
    })
    expect(status).toBe(400)
  })
})

describe('an answer', () => {
  test('has only what the contract shows, whatever a handler returned beside it', async () => {
    const leak = { secretHash: 'leaked', password: 'leaked', toJSON: undefined }
    const { json, body, status } = await answer(async () => ({
      ...right,
      ...leak,
      inner: { shown: 'b', ...leak },
      list: [
        { shown: 'c', ...leak },
        { ...leak, shown: 'd' },
      ],
      free: { kept: { as: ['it', 'is'] } },
    }))
    expect(status).toBe(200)
    expect(body).not.toContain('leaked')
    expect(json).toEqual({
      ...right,
      list: [{ shown: 'c' }, { shown: 'd' }],
      free: { kept: { as: ['it', 'is'] } },
    })
  })

  test('of every route of the contract is an allow-list: nothing unknown gets through', async () => {
    const unknown = { __leak: 'leaked' }
    for (const route of routes.filter(({ response }) => response)) {
      const { params: named = {} } = route
      const params = Object.fromEntries(Object.keys(named).map((name) => [name, newId()]))
      const shape = route.response as { properties: Record<string, { required?: string[] }> }
      const output = Object.fromEntries(
        Object.entries(shape.properties).map(([name, schema]) => [name, sample(schema, unknown)]),
      )
      const { body, status } = await answer(async () => ({ ...output, ...unknown }), {
        route: { ...route, params: named, access: base.access, body: undefined, query: undefined } as never,
        request: { params, headers: { authorization: 'Bearer sk_right' } },
      })
      expect(status, `${route.id} ${body}`).toBe(route.status)
      expect(body, route.id).not.toContain('leaked')
    }
  })

  test('that lacks what the contract promises is a fault, not half an answer', async () => {
    const { shown, ...incomplete } = right
    const { status, json, answers } = await answer(async () => incomplete)
    expect([shown, status, json.code]).toEqual(['a', 500, 'internal_error'])
    expect(String(answers[0]?.error)).toContain('shown')
  })

  test('of a route that shows nothing is empty', async () => {
    const { body, status } = await answer(async () => right, {
      route: { response: undefined, status: 204 } as never,
    })
    expect([body, status]).toEqual(['', 204])
  })
})

/** A value of a schema, with something in every object that the schema does not know. */
function sample(schema: Record<string, unknown>, unknown: object): unknown {
  const { type, properties, items, enum: words, const: constant, additionalProperties, format } = schema
  if (Array.isArray(schema.anyOf)) return sample(schema.anyOf[0], unknown)
  if (constant !== undefined) return constant
  if (Array.isArray(words)) return words[0]
  if (properties) {
    const known = Object.entries(properties as Record<string, Record<string, unknown>>)
    return { ...unknown, ...Object.fromEntries(known.map(([name, inner]) => [name, sample(inner, unknown)])) }
  }
  if (Array.isArray(type)) return null
  if (items) return [sample(items as Record<string, unknown>, unknown)]
  if (type === 'object' && additionalProperties) return {}
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return 1
  return format === 'date-time' ? '2030-01-01T00:00:00.000Z' : 'text'
}

describe('a fault that nobody foresaw', () => {
  test.each([
    ['an error', new Error('The secret is 42 at /srv/claviger/main.ts:7')],
    [
      'an error of the database',
      Object.assign(new Error('column "hidden" does not exist'), { code: '42703' }),
    ],
    ['a text', 'The secret is 42'],
    ['nothing', undefined],
  ])('is told as internal_error with the request id and nothing else: %s', async (_label, thrown) => {
    const { status, json, headers } = await answer(async () => {
      throw thrown
    })
    expect(status).toBe(500)
    expect(headers).not.toHaveProperty('retry-after')
    expect(json).toEqual({
      type: 'urn:claviger:error:internal_error',
      title: 'Internal error',
      status: 500,
      detail: 'Something went wrong on the server. Give the request id request to its operator.',
      code: 'internal_error',
      requestId: 'request',
      errors: [],
      message: 'Something went wrong on the server. Give the request id request to its operator.',
      statusCode: 500,
      error: 'Internal Server Error',
    })
  })

  test('is told once to the log, with what it was', async () => {
    const thrown = new Error('The secret is 42')
    const { answers } = await answer(async () => {
      throw thrown
    })
    expect(answers).toHaveLength(1)
    expect(answers[0]).toMatchObject({ status: 500, requestId: 'request', error: thrown })
  })

  test('is nothing that a refusal is: the log hears of it without an error', async () => {
    const { answers, json } = await answer(async () => {
      throw fail(errors.username_taken, { username: 'ada' })
    })
    expect(json.detail).toContain('ada')
    expect(answers).toMatchObject([{ status: 409, error: undefined }])
  })
})

test('the log is told what was asked by whom, and nothing of what was said', async () => {
  const { answers } = await answer(async () => right, {
    request: { query: { deep: 'true' }, body: { name: 'said' } },
  })
  const [{ route, durationMs, ...told } = {} as Answer] = answers
  expect(route?.id).toBe('things.make')
  expect(durationMs).toBeGreaterThan(0)
  expect(told).toEqual({
    status: 200,
    requestId: 'request',
    principal: { kind: 'secret_key', id: 'key', permissions: ['*'] },
    environmentId: tested.id,
    error: undefined,
  })
})

test('a handler is given canonical ids, a query with its types, and the body as it is', async () => {
  const id = newId()
  const { handler } = await answer(async () => right, {
    request: { params: { thingId: `usr_${id.replaceAll('-', '')}` }, query: { deep: 'true' } },
  })
  expect(handler.mock.calls[0]?.[1]).toEqual({
    params: { thingId: id },
    query: { deep: true },
    body: { name: 'thing' },
  })
})

test('a refusal is decided in order: who calls, what it may, what it asks', async () => {
  const wrong = { params: { thingId: 'none' }, query: { deep: 'perhaps' }, body: { nam: 1 } }
  const cases = [
    [{ ...wrong, headers: {} }, 'missing_api_key'],
    [withKey('sk_none', wrong), 'invalid_api_key'],
    [withKey('sk_reader', wrong), 'permission_denied'],
    [withKey('sk_right', wrong), 'invalid_request'],
    [withKey('sk_right', { ...wrong, query: {} }), 'invalid_request'],
    [withKey('sk_right', { ...wrong, query: {}, body: { name: 'thing' } }), 'user_not_found'],
  ] as const
  for (const [request, code] of cases) {
    const { json, handler } = await answer(async () => right, { request })
    expect(json.code).toBe(code)
    expect(handler).not.toHaveBeenCalled()
  }
})

test('a refusal says when to come back, or how to sign in, where that is its reason', async () => {
  const limited = await answer(async () => {
    throw fail(errors.rate_limited, { retryAfterSeconds: 7 })
  })
  expect([limited.status, limited.headers['retry-after']]).toEqual([429, '7'])
  const lost = await answer(async () => {
    throw fail(errors.unavailable)
  })
  expect([lost.status, lost.headers['retry-after']]).toEqual([503, '1'])
  const stranger = await answer(async () => right, { request: { headers: {} } })
  expect(stranger.headers['www-authenticate']).toBe('Bearer realm="claviger"')
  expect(lost.headers).not.toHaveProperty('www-authenticate')
})

test('a cookie that is set twice is sent once, as it was set last', async () => {
  const cookie = { name: 'a', maxAgeSeconds: 1, readable: false, sameSite: 'lax' } as const
  const { cookies } = await answer(async (call) => {
    call.setCookie({ ...cookie, value: 'first' })
    call.setCookie({ ...cookie, name: 'b', value: 'other' })
    call.setCookie({ ...cookie, value: 'last' })
    return right
  })
  expect(cookies.map(({ name, value }) => [name, value])).toEqual([
    ['b', 'other'],
    ['a', 'last'],
  ])
})

test('a route of the whole instance is in no environment, and says so to a handler that asks', async () => {
  const { status, answers } = await answer(async (call) => ({ ...right, shown: call.environment.id }), {
    route: { access: { by: 'anyone', scope: 'instance' } },
  })
  expect(status).toBe(500)
  expect(String(answers[0]?.error)).toContain('not in an environment')
})
