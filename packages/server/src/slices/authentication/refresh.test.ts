import { createTestDatabase, startTestServer, testServer } from '@claviger/server/testing'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/sessions/refresh'

/** Refreshes by the body alone, as a client without cookies does. */
async function refresh(environment: { publishableKey: string }, refreshToken: string, url = server.url) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-publishable-key': environment.publishableKey },
    body: JSON.stringify({ refreshToken }),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

test('authentication.refresh mints a session token and replaces the refresh token, by cookie', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const [before] = (await environment.sdk.sessions.list()).items
  const [client, session] = [ada.cookies.get('__client'), ada.cookies.get('__session')]
  server.clock.advance({ minutes: 5 })
  expect((await ada.get('/v1/me')).status).toBe(401)

  const { status, headers, body } = await ada.post(path)
  expect(status).toBe(200)
  expect(body).toMatchObject({ userId: ada.userId, sessionId: before?.id, expiresAt: before?.expiresAt })
  expect(body.refreshToken).not.toBe(client)
  expect(body.sessionToken).not.toBe(session)
  const maxAgeSeconds = Number(/Max-Age=(\d+)/.exec(headers.getSetCookie()[0] ?? '')?.[1])
  expect(headers.getSetCookie()).toEqual([
    `__client=${body.refreshToken}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`,
    `__session=${body.sessionToken}; Path=/; Max-Age=60; SameSite=Lax`,
  ])
  // The cookie ends with the session, which a refresh does not make longer.
  expect(maxAgeSeconds).toBeGreaterThan(7 * 24 * 60 * 60 - 360)
  expect(maxAgeSeconds).toBeLessThanOrEqual(7 * 24 * 60 * 60 - 300)
  expect((await ada.get('/v1/me')).body.user.id).toBe(ada.userId)
  const [after] = (await environment.sdk.sessions.list()).items
  expect(Date.parse(after?.lastActiveAt ?? '') - Date.parse(before?.lastActiveAt ?? '')).toBeGreaterThan(
    299_000,
  )
})

test('authentication.refresh takes the token from the body, and rather than from the cookie', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const token = ada.cookies.get('__client') ?? ''
  expect((await refresh(environment, token)).body.userId).toBe(ada.userId)
  expect((await eve.post(path, { refreshToken: token })).body.userId).toBe(ada.userId)
})

test('authentication.refresh tolerates a JSON content type with no body, and a body with no token', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const json = { 'content-type': 'application/json' }
  expect((await ada.post(path, undefined, json)).status).toBe(200)
  expect((await ada.post(path, {})).status).toBe(200)
  const misspelt = await ada.post(path, { refresh_token: 'x' })
  expect([misspelt.status, misspelt.body.errors[0].pointer]).toEqual([400, '/refresh_token'])
  expect((await ada.post(path, { refreshToken: 'x'.repeat(257) })).status).toBe(400)
})

test('authentication.refresh gives a repetition within the grace the same refresh token', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const first = ada.cookies.get('__client') ?? ''
  const second = (await refresh(environment, first)).body.refreshToken
  expect(second).not.toBe(first)
  server.clock.advance({ seconds: 1 })
  // The other tab, whose answer came late, and the tab that has the new token already.
  expect((await refresh(environment, first)).body.refreshToken).toBe(second)
  expect((await refresh(environment, second)).body.refreshToken).toBe(second)
  server.clock.advance({ seconds: 9 })
  const third = (await refresh(environment, second)).body.refreshToken
  expect([first, second]).not.toContain(third)
})

test('authentication.refresh ends the session when a replaced token comes back after the grace', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const stolen = environment.browser()
  for (const [name, value] of ada.cookies) stolen.cookies.set(name, value)
  const { body } = await ada.post(path)
  server.clock.advance({ seconds: 10 })

  const reused = await stolen.post(path)
  expect([reused.status, reused.body.code]).toEqual([401, 'invalid_refresh_token'])
  expect(reused.headers.getSetCookie()).toEqual([
    '__client=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    '__session=; Path=/; Max-Age=0; SameSite=Lax',
  ])
  // Nobody can tell the thief from the owner, so it is over for both.
  expect((await ada.get('/v1/me')).body.code).toBe('invalid_session')
  expect((await ada.post(path)).body.code).toBe('invalid_refresh_token')
  const session = await environment.sdk.sessions.get(body.sessionId)
  expect(session).toMatchObject({ status: 'revoked', endedAt: expect.any(String) })
  const events = (await environment.sdk.events.list({ type: 'session.revoked' })).items
  expect(events.map(({ actor, data }) => ({ actor, data }))).toEqual([
    { actor: { type: 'anonymous', id: null }, data: { session, reason: 'refresh_token_reused' } },
  ])
})

test('authentication.refresh ends the session when a token two behind comes back, grace or not', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const first = ada.cookies.get('__client') ?? ''
  await ada.post(path)
  server.clock.advance({ seconds: 11 })
  await ada.post(path)
  expect((await refresh(environment, first)).status).toBe(401)
  expect((await environment.sdk.sessions.list({ status: 'revoked' })).total).toBe(1)
  expect((await ada.post(path)).status).toBe(401)
})

test('authentication.refresh refuses forged tokens, and lets them end nothing', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const token = ada.cookies.get('__client') ?? ''
  const [id = '', secret = ''] = token.split('.')
  const bytes = Buffer.from(secret, 'base64url')
  const altered = (index: number) => {
    const copy = Buffer.from(bytes)
    copy[index] = (copy[index] ?? 0) ^ 1
    return `${id}.${copy.toString('base64url')}`
  }
  const forgeries = [
    // Every byte of the generation and of the MAC counts.
    ...Array.from(bytes.keys(), altered),
    `${eve.cookies.get('__client')?.split('.')[0]}.${secret}`,
    `${id}.${eve.cookies.get('__client')?.split('.')[1]}`,
    `${crypto.randomUUID()}.${secret}`,
    `${id.toUpperCase()}.${secret}`,
    `ses_${id.replaceAll('-', '')}.${secret}`,
    `${token}.`,
    `${token}=`,
    `${token}A`,
    ` ${token}`,
    token.slice(0, -2),
    `${id}.${bytes.toString('base64')}`,
    `${id}.${Buffer.alloc(bytes.length).toString('base64url')}`,
    `${id}.`,
    id,
    `.${secret}`,
    '.',
    '',
    'null',
    "' or 1=1 --",
    ada.cookies.get('__session')?.slice(0, 256) ?? '',
  ].filter((forgery) => forgery !== token)
  for (const forgery of forgeries) {
    const { status, body } = await refresh(environment, forgery)
    expect([forgery, status, body.code]).toEqual([forgery, 401, 'invalid_refresh_token'])
  }
  expect((await environment.sdk.sessions.list({ status: 'active' })).total).toBe(2)
  expect((await environment.sdk.events.list({ type: 'session.revoked' })).total).toBe(0)
  expect((await refresh(environment, token)).status).toBe(200)
})

test('authentication.refresh refuses the token of another environment, and lets it end nothing', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const ada = await one.signedUp()
  await other.signedUp()
  const token = ada.cookies.get('__client') ?? ''
  await refresh(one, token)
  server.clock.advance({ seconds: 11 })
  // Replaced long ago: in its own environment it would end the session.
  const { status, body } = await refresh(other, token)
  expect([status, body.code]).toEqual([401, 'invalid_refresh_token'])
  expect((await one.sdk.sessions.list({ status: 'active' })).total).toBe(1)
  expect((await other.sdk.events.list({ type: 'session.revoked' })).total).toBe(0)
})

test('authentication.refresh says invalid_refresh_token to nobody', async () => {
  const { browser } = await server.environment()
  const { status, body } = await browser().post(path)
  expect([status, body.code, body.message]).toEqual([401, 'invalid_refresh_token', 'invalid_refresh_token'])
})

test('authentication.refresh refuses a session that is over by time, and does not make one longer', async () => {
  const environment = await server.environment({ settings: { sessionLifetimeSeconds: 300 } })
  const ada = await environment.signedUp()
  server.clock.advance({ seconds: 290 })
  expect((await ada.post(path)).status).toBe(200)
  server.clock.advance({ seconds: 11 })
  const { status, body } = await ada.post(path)
  expect([status, body.code]).toEqual([401, 'invalid_refresh_token'])
  expect((await environment.sdk.sessions.list()).items.map((session) => session.status)).toEqual(['expired'])
  // It ended by time, and not because somebody was caught.
  expect((await environment.sdk.events.list({ type: 'session.revoked' })).total).toBe(0)
})

test.each(['ban', 'delete', 'revokeSessions'] as const)(
  'authentication.refresh refuses what users.%s has ended',
  async (act) => {
    const environment = await server.environment()
    const ada = await environment.signedUp()
    await environment.sdk.users[act](ada.userId)
    expect((await ada.post(path)).body.code).toBe('invalid_refresh_token')
  },
)

test('authentication.refresh names the organization that the session works in', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const { id: orgId } = (await ada.post('/v1/orgs', { name: 'Acme', slug: 'acme' })).body.organization
  await ada.patch('/v1/orgs/current', { orgId })
  const { body } = await ada.post(path)
  expect(decodeJwt(body.sessionToken)).toMatchObject({ org: orgId, org_role: 'owner' })
})

test('authentication.refresh logs nobody out in 1,000 races for one token', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const sessionId = (await ada.post(path)).body.sessionId
  let token = ada.cookies.get('__client') ?? ''
  const generations = new Set([token])
  for (let round = 0; round < 10; round++) {
    server.clock.advance({ seconds: 11 })
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(environment, token)))
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    const tokens = new Set(answers.map(({ body }) => body.refreshToken))
    expect(tokens.size).toBe(1)
    token = answers[0]?.body.refreshToken
    generations.add(token)
  }
  expect(generations.size).toBe(11)
  expect((await environment.sdk.sessions.get(sessionId)).status).toBe('active')
  expect((await refresh(environment, token)).status).toBe(200)
})

test('authentication.refresh ends a session once, however many copies of an old token arrive together', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = ada.cookies.get('__client') ?? ''
  await ada.post(path)
  server.clock.advance({ seconds: 11 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(environment, token)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  expect((await environment.sdk.events.list({ type: 'session.revoked' })).total).toBe(1)
})

test('authentication.refresh holds across nodes: the first token, the races and the reuse', async () => {
  const testDatabase = await createTestDatabase()
  const one = await startTestServer(testDatabase)
  const { seal, clock } = one.server
  const two = await startTestServer(testDatabase, { seal, clock })
  try {
    const environment = await one.server.environment()
    const ada = await environment.signedUp()
    const first = ada.cookies.get('__client') ?? ''
    const race = (token: string) =>
      Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          refresh(environment, token, i % 2 ? one.server.url : two.server.url),
        ),
      )
    const answers = await race(first)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1)
    clock.advance({ seconds: 11 })
    expect((await refresh(environment, first, two.server.url)).status).toBe(401)
    expect((await refresh(environment, answers[0]?.body.refreshToken, one.server.url)).status).toBe(401)
  } finally {
    await two.stop()
    await one.stop()
    await testDatabase.drop()
  }
})
