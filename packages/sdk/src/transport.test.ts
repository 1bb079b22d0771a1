import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { fakeTiming } from '../testing/fake-timing.js'
import { problem, type Step, scriptedServer } from '../testing/scripted-server.js'
import { Claviger } from './client.js'
import {
  AbortedError,
  ClavigerError,
  ConflictError,
  ConnectionError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
  TimeoutError,
} from './errors.js'
import type { ClavigerOptions } from './options.js'

const ada = { id: 'u1', email: 'ada@example.com' }
const found: Step = { json: { user: ada } }
/** Breaks the connection instead of answering. */
const broken: Step = (response) => response.destroy()
/** Leaves the caller waiting. */
const silent: Step = () => {}

async function setUp(steps: Step[], options: ClavigerOptions = {}) {
  const server = await scriptedServer(...steps)
  const timing = fakeTiming()
  const client = new Claviger({ baseUrl: server.url, secretKey: 'sk_test_1', ...options }, timing)
  return { server, timing, client }
}

describe('a call', () => {
  it('sends params, query and body where they belong', async () => {
    const { client, server } = await setUp([{ json: { membership: {}, memberships: [] } }])
    await client.memberships.update('org/1 ü', 'u?1', { role: 'admin' })
    await client.memberships.list('o1', { role: 'owner', limit: 2, after: undefined })
    expect(server.received).toMatchObject([
      {
        method: 'PATCH',
        target: '/v1/admin/organizations/org%2F1%20%C3%BC/memberships/u%3F1',
        headers: { 'content-type': 'application/json' },
        body: '{"role":"admin"}',
      },
      { method: 'GET', target: '/v1/admin/organizations/o1/memberships?role=owner&limit=2', body: '' },
    ])
    expect(server.received[1]?.headers).not.toHaveProperty('content-type')
  })

  it('unwraps an item, gives a whole answer of several properties, and nothing for a mere ok', async () => {
    const { client } = await setUp([
      found,
      { json: { user: ada, ended: { sessions: 2 } } },
      { json: { ok: true } },
      { status: 204 },
    ])
    expect(await client.users.get('u1')).toEqual(ada)
    expect(await client.users.ban('u1')).toEqual({ user: ada, ended: { sessions: 2 } })
    expect(await client.authentication.signOut()).toBeUndefined()
    expect(await client.authentication.signOut()).toBeUndefined()
  })

  it.each(['', '.', '..'])('refuses the id %j, which would arrive at another route', async (id) => {
    const { client, server } = await setUp([found])
    await expect(client.users.delete(id)).rejects.toThrow(ClavigerError)
    expect(server.received).toHaveLength(0)
  })

  it('does not follow a redirect, and says where it leads', async () => {
    const { client, server } = await setUp([{ status: 308, headers: { location: 'https://evil.example/' } }])
    await expect(client.users.get('u1')).rejects.toMatchObject({
      status: 308,
      code: 'unexpected_response',
      detail: expect.stringContaining('https://evil.example/'),
    })
    expect(server.received).toHaveLength(1)
  })

  it.each<[string, Step]>([
    ['a page', { text: '<h1>Welcome</h1>' }],
    ['an empty body', { text: '' }],
    ['an object of something else', { json: { hello: 'world' } }],
  ])('refuses %s in the place of an answer', async (_, step) => {
    const { client, server } = await setUp([step])
    await expect(client.users.get('u1')).rejects.toMatchObject({ status: 200, code: 'unexpected_response' })
    expect(server.received).toHaveLength(1)
  })

  it('shows every attempt to the hooks and the logger, and sends the headers that a hook adds', async () => {
    const seen: unknown[] = []
    const { client, server } = await setUp([problem(503, 'unavailable'), found], {
      onRequest: ({ operation, attempt, headers }) => {
        headers.set('traceparent', `trace-${attempt}`)
        seen.push(['request', operation, attempt])
      },
      onResponse: ({ operation, status, attempt, durationMs }) => {
        seen.push(['response', operation, status, attempt, durationMs])
      },
      logger: { debug: (message) => seen.push(message), warn: (message) => seen.push(message) },
    })
    await client.users.get('u1')
    expect(seen).toEqual([
      ['request', 'users.get', 0],
      'users.get 503',
      ['response', 'users.get', 503, 0, 0],
      'users.get failed and is tried again',
      ['request', 'users.get', 1],
      'users.get 200',
      ['response', 'users.get', 200, 1, 0],
    ])
    expect(server.received.map(({ headers }) => headers.traceparent)).toEqual(['trace-0', 'trace-1'])
  })

  it('passes on what a hook throws, and does not repeat it', async () => {
    const { client, server } = await setUp([found], {
      onRequest: () => {
        throw new RangeError('from the hook')
      },
    })
    await expect(client.users.get('u1')).rejects.toThrow(RangeError)
    expect(server.received).toHaveLength(0)
  })
})

describe('a failed attempt', () => {
  it.each([408, 429, 500, 502, 503, 504])('with %d is repeated for a read', async (status) => {
    const { client, server, timing } = await setUp([problem(status, 'some_code'), found])
    expect(await client.users.get('u1')).toEqual(ada)
    expect(server.received).toHaveLength(2)
    expect(timing.sleptMs).toEqual([250])
  })

  it.each([400, 401, 403, 404, 409, 410, 413, 415, 422, 501])('with %d is not repeated', async (status) => {
    const { client, server } = await setUp([problem(status, 'some_code')])
    await expect(client.users.get('u1')).rejects.toMatchObject({ status })
    expect(server.received).toHaveLength(1)
  })

  it('without connection is repeated for a read and for a deletion', async () => {
    const { client, server } = await setUp([broken, found, broken, { json: { ok: true, ended: {} } }])
    await client.users.get('u1')
    await client.users.delete('u1')
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'GET', 'DELETE', 'DELETE'])
  })

  it('in the middle of an answer is repeated', async () => {
    const cut: Step = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"user":', () => response.destroy())
    }
    const { client } = await setUp([cut, found])
    expect(await client.users.get('u1')).toEqual(ada)
  })

  it('of an idempotent write is repeated with the same key', async () => {
    const { client, server } = await setUp([
      broken,
      problem(409, 'idempotency_in_flight'),
      { status: 201, json: { user: ada } },
    ])
    await client.users.create({ email: 'ada@example.com' })
    const keys = server.received.map(({ headers }) => headers['idempotency-key'])
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys).toEqual([keys[0], keys[0], keys[0]])
  })

  it('of a write without key is repeated only when the server refused it before it began', async () => {
    const { client, server } = await setUp([
      problem(503, 'unavailable'),
      problem(429, 'signin_rate_limited'),
      { json: { sessionToken: 't' } },
      broken,
      problem(500, 'internal_error'),
    ])
    const credentials = { email: 'ada@example.com', password: 'pass' }
    await client.authentication.signIn(credentials)
    await expect(client.authentication.signIn(credentials)).rejects.toThrow(ConnectionError)
    await expect(client.authentication.signIn(credentials)).rejects.toThrow(InternalServerError)
    expect(server.received).toHaveLength(5)
    expect(server.received[0]?.headers).not.toHaveProperty('idempotency-key')
  })

  it('that never left the machine is repeated even for a write without key', async () => {
    const timing = fakeTiming()
    let attempts = 0
    const fetch = async () => {
      attempts++
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      })
    }
    const client = new Claviger({ secretKey: null, fetch, baseUrl: 'http://127.0.0.1:1' }, timing)
    const credentials = { email: 'ada@example.com', password: 'pass' }
    await expect(client.authentication.signIn(credentials)).rejects.toMatchObject({
      name: 'ConnectionError',
      code: 'ECONNREFUSED',
      message: 'authentication.signIn: no answer from http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    })
    expect(attempts).toBe(3)
  })

  it('is repeated maxRetries times, of the call before the client, with growing waits', async () => {
    const { client, server, timing } = await setUp([problem(500, 'internal_error')], { maxRetries: 0 })
    await expect(client.users.get('u1')).rejects.toThrow(InternalServerError)
    expect(server.received).toHaveLength(1)
    await expect(client.users.get('u1', { maxRetries: 6 })).rejects.toThrow(InternalServerError)
    expect(server.received).toHaveLength(8)
    expect(timing.sleptMs).toEqual([250, 500, 1000, 2000, 4000, 4000])
  })

  it('is not repeated before the time that the server names', async () => {
    const limited = { ...problem(429, 'rate_limited'), headers: { 'retry-after': '7' } }
    const { client, timing } = await setUp([limited, found])
    await client.users.get('u1')
    expect(timing.sleptMs).toEqual([7250])
  })

  it('is reported at once when the time that the server names is after the deadline', async () => {
    const limited = { ...problem(429, 'rate_limited'), headers: { 'retry-after': '30' } }
    const { client, timing } = await setUp([limited, found])
    const error = await client.users.get('u1').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({ retryAfterSeconds: 30 })
    expect(timing.sleptMs).toEqual([])
  })
})

describe('an idempotency key', () => {
  it('of the caller is sent as it is', async () => {
    const { client, server } = await setUp([{ status: 201, json: { user: ada } }])
    await client.users.create({}, { idempotencyKey: 'order-1' })
    expect(server.received[0]?.headers['idempotency-key']).toBe('order-1')
  })

  it('is refused where the server would ignore it', async () => {
    const { client, server } = await setUp([found])
    await expect(client.users.delete('u1', { idempotencyKey: 'k' })).rejects.toThrow(/does not honour/)
    expect(server.received).toHaveLength(0)
  })
})

describe('a signal', () => {
  it('ends a call that waits for its answer, with the reason as cause', async () => {
    const controller = new AbortController()
    const { client } = await setUp([() => controller.abort('enough')])
    const error = await client.users.get('u1', { signal: controller.signal }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AbortedError)
    expect(error).toMatchObject({ cause: 'enough', message: 'users.get was aborted by its caller.' })
  })

  it('that was aborted before lets nothing be sent', async () => {
    const { client, server } = await setUp([found])
    await expect(client.users.get('u1', { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError)
    expect(server.received).toHaveLength(0)
  })

  it('ends a call that waits for its next attempt', async () => {
    const controller = new AbortController()
    const server = await scriptedServer(problem(503, 'unavailable'))
    const timing = fakeTiming()
    const client = new Claviger(
      { baseUrl: server.url },
      {
        ...timing,
        sleep: () => {
          controller.abort()
          return new Promise(() => {})
        },
      },
    )
    await expect(client.users.get('u1', { signal: controller.signal })).rejects.toThrow(AbortedError)
    expect(server.received).toHaveLength(1)
  })

  it('ends a call whose fetch never looks at it, and whose token never comes', async () => {
    for (const options of [{ fetch: never }, { sessionToken: never }]) {
      const controller = new AbortController()
      const call = new Claviger(options).me.get({ signal: controller.signal })
      controller.abort()
      await expect(call).rejects.toThrow(AbortedError)
    }
  })

  it('that outlives the call keeps nothing of it', async () => {
    const { client } = await setUp([problem(503, 'unavailable'), found])
    const { signal } = new AbortController()
    await client.users.get('u1', { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('of the caller leaves the deadline in force', async () => {
    const { client, timing } = await setUp([() => timing.expire()])
    const { signal } = new AbortController()
    await expect(client.users.get('u1', { signal })).rejects.toThrow(TimeoutError)
  })
})

describe('a deadline', () => {
  it('ends a call of several attempts, and names the last failure as cause', async () => {
    const { client, timing } = await setUp([problem(503, 'unavailable'), () => timing.expire()])
    const error = await client.users.get('u1', { timeoutMs: 1234 }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({
      message: 'users.get got no answer within 1234 ms.',
      cause: { code: 'unavailable' },
    })
  })

  it('strikes in real time too', async () => {
    const server = await scriptedServer(silent)
    const client = new Claviger({ baseUrl: server.url, timeoutMs: 1 })
    await expect(client.health.get()).rejects.toThrow(TimeoutError)
  })
})

it('errors of the server come in the class of their status, with everything it said', async () => {
  const { client } = await setUp([
    problem(404, 'user_not_found'),
    problem(409, 'email_taken', { errors: [{ pointer: '/email', code: 'taken', detail: 'Taken.' }] }),
  ])
  const missing = await client.users.get('u1').catch((error: unknown) => error)
  expect(missing).toBeInstanceOf(NotFoundError)
  expect(missing).toMatchObject({
    name: 'NotFoundError',
    message: 'Detail of user_not_found. (404 user_not_found, request req-1)',
    type: 'urn:claviger:user_not_found',
    title: 'Title of user_not_found',
    detail: 'Detail of user_not_found.',
    requestId: 'req-1',
    errors: [],
  })
  const taken = await client.users.create({}).catch((error: unknown) => error)
  expect(taken).toBeInstanceOf(ConflictError)
  expect(taken).toMatchObject({ errors: [{ pointer: '/email', code: 'taken', detail: 'Taken.' }] })
})

it('the page of a proxy becomes an error that quotes it', async () => {
  const page = { status: 502, text: '<h1>Bad\n gateway</h1>', headers: { 'x-request-id': 'proxy-1' } }
  const { client } = await setUp([page], { maxRetries: 0 })
  const error = await client.users.get('u1').catch((error: unknown) => error)
  expect(error).toBeInstanceOf(InternalServerError)
  expect(error).toMatchObject({
    status: 502,
    code: 'unexpected_response',
    requestId: 'proxy-1',
    detail: expect.stringContaining('with 502, text/html and "<h1>Bad gateway</h1>"'),
  })
})

const never = () => new Promise<never>(() => {})
