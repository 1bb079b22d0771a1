import { type Answer, goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { isAllowedOrigin } from '#kernel/allowed-origin'

const allowed = [
  'https://app.example.com',
  'https://Mixed.Example.com',
  'https://dev.example.com:*',
  'http://a.test:81',
]
const publicOrigin = 'https://id.example.com'

test.each([
  'https://id.example.com',
  'https://app.example.com',
  'https://mixed.example.com',
  'https://dev.example.com',
  'https://dev.example.com:1',
  'https://dev.example.com:65535',
  'http://a.test:81',
])('isAllowedOrigin allows %s', (origin) => {
  expect(isAllowedOrigin(origin, allowed, publicOrigin)).toBe(true)
})

const foreign = [
  'null',
  '*',
  'https://evil.example',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com:443',
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'https://evil.app.example.com',
  'https://app.example.com@evil.example',
  'https://evil.example#https://app.example.com',
  'https://app.example.com/',
  'https://app.example.comm',
  'https://app.example.co',
  'https://appxexample.com',
  'https://app.example.com, https://evil.example',
  'https://example.com',
  'app.example.com',
  'https://dev.example.com:*',
  'https://dev.example.com:80:80',
  'https://dev.example.com:1.evil.example',
  'https://dev.example.com.evil.example:1',
  'http://dev.example.com:1',
  'https://id.example.com:444',
  'http://a.test',
  'http://a.test:8',
  'http://a.test:811',
]
test.each([...foreign, ''])('isAllowedOrigin refuses «%s»', (origin) => {
  expect(isAllowedOrigin(origin, allowed, publicOrigin)).toBe(false)
})

const server = testServer()
const origin = 'https://app.example.com'
const settings = { allowedOrigins: allowed }
const signInPath = '/v1/auth/sign-in/email-password'

/** The headers of an answer that speak of origins. */
function corsOf({ headers }: { headers: Headers }) {
  return Object.fromEntries(
    [...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
  )
}

const readable = {
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers':
    'x-request-id, retry-after, ratelimit, ratelimit-policy, deprecation, sunset',
  vary: 'origin',
}

type SignedUp = Awaited<ReturnType<TestEnvironment['signedUp']>>

/** Every write that takes a cookie or sets one, as a page would send it. */
const writes: Record<string, (browser: SignedUp, headers: Record<string, string>) => Promise<Answer>> = {
  'authentication.signUp': (browser, headers) =>
    browser.post(
      '/v1/auth/sign-up/email-password',
      { email: 'eve@example.com', password: goodPassword },
      headers,
    ),
  'authentication.signIn': (browser, headers) =>
    browser.post(signInPath, { email: browser.email, password: goodPassword }, headers),
  'authentication.refresh': (browser, headers) =>
    browser.post('/v1/auth/sessions/refresh', undefined, headers),
  'me.update': (browser, headers) =>
    browser.request('PATCH', '/v1/me', { unsafeMetadata: { theme: 'dark' } }, headers),
  'orgs.create': (browser, headers) => browser.post('/v1/orgs', { name: 'Acme', slug: 'acme' }, headers),
  'authentication.signOutEverywhere': (browser, headers) =>
    browser.post('/v1/auth/sign-out/all', undefined, headers),
}

test.each(Object.entries(writes))(
  '%s by cookie is refused to pages of foreign origins, and does nothing',
  async (_id, write) => {
    const environment = await server.environment({ settings })
    const ada = await environment.signedUp()
    const { total } = await environment.sdk.events.list()
    const cookies = new Map(ada.cookies)
    for (const from of foreign) {
      const answer = await write(ada, { origin: from })
      expect([from, answer.status, answer.body.code]).toEqual([from, 403, 'origin_not_allowed'])
      expect(answer.body.detail).toContain(from)
      expect(corsOf(answer)).toEqual({ vary: 'origin' })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    // What a browser sends where it does not say the origin.
    const silent = await write(ada, { 'sec-fetch-site': 'cross-site' })
    expect([silent.status, silent.body.code]).toEqual([403, 'origin_not_allowed'])
    expect((await environment.sdk.events.list()).total).toBe(total)
    expect(ada.cookies).toEqual(cookies)

    const answer = await write(ada, { origin, 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBeLessThan(300)
    expect(corsOf(answer)).toEqual(readable)
  },
)

test('me.update by cookie is allowed to pages of the server itself, and to clients that are no browsers', async () => {
  const environment = await server.environment({ settings })
  const ada = await environment.signedUp()
  const write = (headers: Record<string, string>) => ada.request('PATCH', '/v1/me', {}, headers)
  expect((await write({ origin: 'http://claviger.test', 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  expect((await write({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  expect((await write({ 'sec-fetch-site': 'none' })).status).toBe(200)
  expect((await write({})).status).toBe(200)
  // An origin counts by what is written, not by how.
  expect((await write({ origin: 'HTTPS://APP.EXAMPLE.COM' })).status).toBe(200)
})

test('me.update by bearer token needs no origin, because no browser attaches one by itself', async () => {
  const environment = await server.environment({ settings })
  const ada = await environment.signedUp()
  const headers = { authorization: `Bearer ${ada.cookies.get('__session')}`, origin: 'https://evil.example' }
  const answer = await environment.browser().request('PATCH', '/v1/me', { unsafeMetadata: {} }, headers)
  expect(answer.status).toBe(200)
  // The page that sent it still may not read what was answered.
  expect(corsOf(answer)).toEqual({ vary: 'origin' })
})

test('authentication.signOut by cookie takes no body but JSON, so that no form can send one', async () => {
  const environment = await server.environment({ settings })
  const ada = await environment.signedUp()
  const cookie = [...ada.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
    const headers = { cookie, 'content-type': type }
    const answer = await fetch(`${server.url}/v1/auth/sign-out`, {
      method: 'POST',
      headers,
      body: '{"a":"="}',
    })
    expect([type, answer.status]).toEqual([type, 415])
  }
  expect((await ada.get('/v1/me')).status).toBe(200)
})

test('me.get by cookie answers anyone, but lets only pages of allowed origins read the answer', async () => {
  const environment = await server.environment({ settings })
  const ada = await environment.signedUp()
  const fromAllowed = await ada.get('/v1/me', { origin })
  expect(fromAllowed.status).toBe(200)
  expect(corsOf(fromAllowed)).toEqual(readable)
  for (const from of foreign)
    expect([from, corsOf(await ada.get('/v1/me', { origin: from }))]).toEqual([from, { vary: 'origin' }])
  expect(corsOf(await ada.get('/v1/me'))).toEqual({})
})

test('authentication.signIn lets pages of allowed origins read its refusals', async () => {
  const { browser } = await server.environment({ settings })
  const refused = await browser().post(
    signInPath,
    { email: 'ada@example.com', password: 'wrong' },
    { origin },
  )
  expect(refused.status).toBe(401)
  expect(corsOf(refused)).toEqual(readable)
})

test('refuseForeignOrigin goes by the origins of the environment of the request, and of no other', async () => {
  const [one, other] = await Promise.all([
    server.environment({ settings }),
    server.environment({ settings: { allowedOrigins: ['https://other.example.com'] } }),
  ])
  const ada = await one.signedUp()
  const eve = await other.signedUp()
  expect((await ada.post('/v1/auth/sessions/refresh', undefined, { origin })).status).toBe(200)
  expect((await eve.post('/v1/auth/sessions/refresh', undefined, { origin })).status).toBe(403)
  await other.sdk.environment.update({ settings: { allowedOrigins: [origin] } })
  expect((await eve.post('/v1/auth/sessions/refresh', undefined, { origin })).status).toBe(200)
})

test('refuseForeignOrigin allows nobody in a live environment by default, in a test environment the own machine', async () => {
  const [live, test] = await Promise.all([
    server.environment({ name: 'live' }),
    server.environment({ name: 'test' }),
  ])
  for (const [environment, from, status] of [
    [live, 'http://localhost:3000', 403],
    [live, 'http://127.0.0.1:3000', 403],
    [test, 'http://localhost:3000', 200],
    [test, 'http://localhost', 200],
    [test, 'http://127.0.0.1:5173', 200],
    [test, 'https://localhost:3000', 403],
    [test, 'http://localhost.evil.example:3000', 403],
    [test, 'http://evil.localhost:3000', 403],
  ] as const) {
    const ada = await environment.signedUp()
    const answer = await ada.post('/v1/auth/sessions/refresh', undefined, { origin: from })
    expect([environment.name, from, answer.status]).toEqual([environment.name, from, status])
  }
})

test('crossOriginHeaders are on no route for secret keys, whoever asks with whatever origin', async () => {
  const environment = await server.environment({ settings })
  const ada = await environment.signedUp()
  const calls = [
    { path: '/v1/admin/users', authorization: `Bearer ${environment.secretKey}` },
    { path: '/v1/admin/sessions', authorization: `Bearer ${environment.secretKey}` },
    { path: '/v1/admin/users', authorization: 'Bearer sk_test_garbage' },
    { path: '/v1/admin/users', authorization: `Bearer ${ada.cookies.get('__session')}` },
    { path: '/v1/projects', authorization: `Bearer ${server.operatorToken}` },
  ]
  for (const { path, authorization } of calls) {
    for (const from of [origin, 'http://claviger.test']) {
      const answer = await fetch(server.url + path, { headers: { authorization, origin: from } })
      expect([path, from, corsOf(answer)]).toEqual([path, from, {}])
    }
  }
  for (const path of ['/v1/admin/users', '/v1/admin/sessions', '/v1/projects']) {
    const headers = {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    }
    const answer = await fetch(server.url + path, { method: 'OPTIONS', headers })
    expect([path, answer.status, corsOf(answer)]).toEqual([path, 404, {}])
  }
})

test('preflightHeaders are for origins that some environment allows, and for no others', async () => {
  await server.environment({ settings })
  const preflight = async (path: string, from?: string) => {
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    const answer = await fetch(server.url + path, {
      method: 'OPTIONS',
      headers: { ...asked, ...(from && { origin: from }) },
    })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    return corsOf(answer)
  }
  const granted = (to: string) => ({
    'access-control-allow-origin': to,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
    'access-control-allow-headers':
      'authorization, content-type, idempotency-key, x-publishable-key, x-request-id',
    'access-control-max-age': '600',
    vary: 'origin',
  })
  for (const path of [
    signInPath,
    '/v1/me',
    '/v1/me/sessions',
    '/v1/orgs',
    '/v1/orgs/current',
    '/.well-known/jwks.json',
  ]) {
    expect([path, await preflight(path, origin)]).toEqual([path, granted(origin)])
  }
  expect(await preflight('/v1/me', 'https://dev.example.com:3000')).toEqual(
    granted('https://dev.example.com:3000'),
  )
  expect(await preflight('/v1/me', 'http://localhost:3000')).toEqual(granted('http://localhost:3000'))
  expect(await preflight('/v1/me', 'https://mixed.example.com')).toEqual(granted('https://mixed.example.com'))
  // No browser has an origin with a star in it, so that what is said to one is nobody's business.
  for (const from of [...foreign.filter((other) => !other.endsWith(':*')), undefined]) {
    expect([from, await preflight('/v1/me', from)]).toEqual([from, { vary: 'origin' }])
  }
})

test('a page of an allowed origin can read why it is not signed in any more', async () => {
  const origin = 'https://app.example.com'
  const environment = await server.environment({ settings: { allowedOrigins: [origin] } })
  for (const authorization of [undefined, 'Bearer a.b.c']) {
    const headers = { origin, ...(authorization && { authorization }) }
    const answer = await environment.browser().get('/v1/me', headers)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  }
  const foreign = await environment.browser().get('/v1/me', { origin: 'https://evil.example' })
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
})
