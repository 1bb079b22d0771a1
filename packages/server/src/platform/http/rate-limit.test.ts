import { randomUUID } from 'node:crypto'
import { type Route, routes } from '@claviger/contract'
import { movableClock, startTestServer, type TestServer, testServer } from '@claviger/server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { administratorOf } from '../../slices/administrators/administration.fixture.js'
import { createKeyLimiter } from './rate-limit.js'
import { expectProblem, type RawAnswer, send } from './raw-request.fixture.js'

const server = testServer({ requestsPerMinute: 3 })

function ask({ url }: TestServer, secretKey: string, path = '/v1/admin/environment') {
  return send(url, { path, headers: { authorization: `Bearer ${secretKey}` } })
}

/** The headers of draft-ietf-httpapi-ratelimit-headers-10, as values. */
function limitOf({ headers }: RawAnswer) {
  const policy = /^"(\w+)";q=(\d+);w=(\d+)$/.exec(String(headers['ratelimit-policy'])) ?? []
  const state = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(String(headers.ratelimit)) ?? []
  expect(state[1]).toBe(policy[1])
  return {
    policy: policy[1],
    max: Number(policy[2]),
    seconds: Number(policy[3]),
    left: Number(state[2]),
    resetSeconds: Number(state[3]),
  }
}

describe('the limit of a key', () => {
  test('is told with every answer, and one request too many is refused until it is over', async () => {
    const { secretKey } = await server.environment()
    const left = []
    for (const path of ['/v1/admin/environment', '/v1/admin/users?limit=0', '/v1/admin/users/unknown']) {
      const limit = limitOf(await ask(server, secretKey, path))
      expect(limit).toMatchObject({ policy: 'key', max: 3, seconds: 60 })
      expect(limit.resetSeconds).toBeGreaterThan(0)
      expect(limit.resetSeconds).toBeLessThanOrEqual(60)
      left.push(limit.left)
    }
    expect(left).toEqual([2, 1, 0])
    const refused = await ask(server, secretKey)
    const problem = expectProblem(refused, 429, 'rate_limited')
    const retryAfter = Number(refused.headers['retry-after'])
    expect(retryAfter).toBeGreaterThan(0)
    expect(problem.detail).toBe(`Too many requests. Try again in ${retryAfter} s.`)
    expect(limitOf(refused)).toEqual({
      policy: 'key',
      max: 3,
      seconds: 60,
      left: 0,
      resetSeconds: retryAfter,
    })
    server.clock.advance({ seconds: retryAfter })
    expect(limitOf(await ask(server, secretKey)).left).toBe(2)
  })

  test('is its own: neither another key nor the operator is held up by it', async () => {
    const [one, other] = [await server.environment(), await server.environment()]
    for (let i = 0; i < 5; i++) await ask(server, one.secretKey)
    expectProblem(await ask(server, one.secretKey), 429, 'rate_limited')
    expect((await ask(server, other.secretKey)).status).toBe(200)
    await expect(one.operator.environment.get()).resolves.toMatchObject({ id: one.id })
  })

  test('holds before anything of the request is looked at or done', async () => {
    const { secretKey, id } = await server.environment()
    for (let i = 0; i < 3; i++) await ask(server, secretKey)
    const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' }
    for (const body of ['{}', '{"unknown":1}']) {
      const answer = await send(server.url, { method: 'POST', path: '/v1/admin/users', headers, body })
      expectProblem(answer, 429, 'rate_limited')
    }
    const { rows } = await server.owner.query('select from users where environment_id = $1', [id])
    expect(rows).toEqual([])
  })

  test('counts to its number exactly, also when all come at once', async () => {
    const { secretKey } = await server.environment()
    server.clock.advance({ minutes: 1 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server, secretKey)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(17)
  })

  test('begins anew with every window, whatever the steps of the clock', () => {
    const clock = movableClock()
    const count = createKeyLimiter({ requestsPerMinute: 2, clock })
    for (let windows = 0; windows < 3; windows++) {
      expect([count('a').remaining, count('b').remaining, count('a').remaining]).toEqual([1, 1, 0])
      expect(() => count('a')).toThrow('Too many requests')
      expect(count('b').remaining).toBe(0)
      clock.advance({ seconds: 50 })
      expect(() => count('a')).toThrow('Too many requests')
      clock.advance({ hours: windows, seconds: 10 })
    }
    clock.advance({ days: -1 })
    expect(() => [1, 2, 3].map(() => count('c'))).toThrow('Too many requests')
  })
})

describe('a limit of a route', () => {
  const limited = routes.filter(({ limits }) => limits)
  let other: TestServer
  let stopOther = async () => {}
  beforeAll(async () => {
    const testDatabase = { url: server.databaseUrl, drop: async () => {} }
    const started = await startTestServer(testDatabase, { seal: server.seal, clock: server.clock })
    other = started.server
    stopOther = started.stop
  })
  afterAll(() => stopOther())

  test('is in the contract with the error of its own that it answers', () => {
    expect(limited.length).toBeGreaterThan(1)
    for (const { id, limits = [] } of limited) {
      for (const { error, requestsMax, windowSeconds } of limits) {
        expect(error.status, id).toBe(429)
        expect(error.detail, id).toContain('{retryAfterSeconds}')
        expect(requestsMax * windowSeconds, id).toBeGreaterThan(0)
      }
    }
  })

  const byAddress = (route: Route) => (route.limits ?? []).find(({ by }) => by === 'address')
  test.each(limited.filter(byAddress).map((route) => [route.id, route] as const))(
    '%s counts what an address asks for on every node, refuses one more, and lets it in again',
    async (_id, route) => {
      const { requestsMax = 0, windowSeconds = 0, error } = byAddress(route) ?? {}
      const environment = await server.environment()
      const isInInstance = route.access.scope === 'administration'
      const signedIn = async (where = environment) => {
        if (route.access.by !== 'user') return undefined
        if (isInInstance) return (await administratorOf(server)).sessionToken
        return (await where.signedUp()).cookies.get('__session')
      }
      let session = await signedIn()
      const ask = ({ url }: TestServer, { publishableKey, name } = environment) =>
        send(url, {
          method: route.method,
          path: route.path
            .replace(':projectSlug/:environmentName', name)
            .replace(':provider', 'unknown')
            .replace(':organizationId', randomUUID()),
          headers: {
            'x-publishable-key': publishableKey,
            'content-type': 'application/json',
            ...(session && { authorization: `Bearer ${session}` }),
          },
          // Wrong on purpose where there is a body: what is refused for its form counts as well.
          body: JSON.stringify({ nobody: 'asks for this' }),
        })
      const counted = route.body || route.query ? 400 : 200
      const answers = []
      for (let i = 0; i < requestsMax; i++) answers.push(await ask(i % 2 === 0 ? server : other))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([counted]))
      expect(limitOf(answers[0] as RawAnswer)).toMatchObject({
        max: expect.any(Number),
        seconds: windowSeconds,
      })
      for (const node of [server, other]) {
        const refused = await ask(node)
        expectProblem(refused, 429, error?.code ?? '')
        const retryAfter = Number(refused.headers['retry-after'])
        expect(retryAfter).toBeGreaterThan(0)
        expect(retryAfter).toBeLessThanOrEqual(windowSeconds)
        expect(limitOf(refused)).toMatchObject({ max: requestsMax, left: 0, resetSeconds: retryAfter })
      }
      const elsewhere = await server.environment()
      session = await signedIn(elsewhere)
      // There is one environment of administrators, whatever else a request names.
      expect((await ask(server, elsewhere)).status).toBe(isInInstance ? 429 : counted)
      server.clock.advance({ seconds: windowSeconds })
      session = await signedIn()
      expect((await ask(server)).status).toBe(counted)
    },
  )

  test('by account holds for every way to write its address, and for nobody else', async () => {
    const route = limited.find(({ limits = [] }) => limits.some(({ by }) => by === 'body.email'))
    const { requestsMax = 0 } = route?.limits?.find(({ by }) => by === 'body.email') ?? {}
    server.clock.advance({ minutes: 2 })
    const environment = await server.environment()
    const browser = environment.browser()
    const name = randomUUID()
    const ask = (email: unknown) => browser.post(route?.path ?? '', { email })
    const spellings = [`${name}@example.com`, `${name.toUpperCase()}@Example.COM`]
    for (let i = 0; i < requestsMax; i++) expect((await ask(spellings[i % 2])).status).toBe(200)
    for (const email of spellings) expect((await ask(email)).body.code).toBe('verification_rate_limited')
    expect((await ask(`other-${name}@example.com`)).status).toBe(200)
  })

  test('answers what is no address by its form, not by a fault', async () => {
    server.clock.advance({ minutes: 2 })
    const browser = (await server.environment()).browser()
    for (const email of [{ toString: 1 }, null, 7, [], ['a@b.c'], { length: 1e9 }]) {
      const { status } = await browser.post('/v1/auth/sign-in/email-password', { email, password: 'x' })
      expect(status, JSON.stringify(email)).toBe(400)
    }
  })

  test('keeps no address: what it counts by is only there as a digest', async () => {
    const browser = (await server.environment()).browser()
    await browser.post('/v1/auth/sign-in/email-password', { email: 'seen@example.com', password: 'x' })
    const { rows } = await server.owner.query('select t::text as text from rate_limits t')
    expect(rows.length).toBeGreaterThan(0)
    for (const { text } of rows) expect(text).not.toMatch(/127\.0\.0\.1|example|7365656e40/)
  })
})
