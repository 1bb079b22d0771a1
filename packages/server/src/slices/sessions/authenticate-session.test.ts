import {
  createTestDatabase,
  goodPassword,
  startTestServer,
  type TestDatabase,
  type TestEnvironment,
  type TestServer,
} from '@claviger/server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let testDatabase: TestDatabase
let here: { server: TestServer; stop(): Promise<void> }
let there: { server: TestServer; stop(): Promise<void> }

/** Two nodes of one installation. */
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  here = await startTestServer(testDatabase)
  const { seal, clock } = here.server
  there = await startTestServer(testDatabase, { seal, clock })
})
afterAll(async () => {
  await there.stop()
  await here.stop()
  await testDatabase.drop()
})

/** What both nodes say to a session token. */
async function answers(token: string | undefined) {
  const headers = { authorization: `Bearer ${token}` }
  const both = [here, there].map(
    async ({ server }) => (await fetch(`${server.url}/v1/me`, { headers })).status,
  )
  return Promise.all(both)
}

type SignedUp = Awaited<ReturnType<TestEnvironment['signedUp']>>

/** The session that a browser is in. */
async function sessionIn(environment: TestEnvironment, browser: SignedUp) {
  const [session] = (await environment.sdk.sessions.list({ userId: browser.userId })).items
  return session?.id ?? ''
}

const endings: Record<string, (environment: TestEnvironment, browser: SignedUp) => Promise<unknown>> = {
  'users.ban': ({ sdk }, { userId }) => sdk.users.ban(userId),
  'users.update with a ban': ({ sdk }, { userId }) => sdk.users.update(userId, { isBanned: true }),
  'users.delete': ({ sdk }, { userId }) => sdk.users.delete(userId),
  'users.revokeSessions': ({ sdk }, { userId }) => sdk.users.revokeSessions(userId),
  'sessions.revoke': async (environment, browser) =>
    environment.sdk.sessions.revoke(await sessionIn(environment, browser)),
  'me.revokeSession': async (environment, browser) =>
    browser.post(`/v1/me/sessions/${await sessionIn(environment, browser)}/revoke`),
  'authentication.signOut': (_environment, browser) => browser.post('/v1/auth/sign-out'),
  'authentication.signOutEverywhere': (_environment, browser) => browser.post('/v1/auth/sign-out/all'),
  'a reused refresh token': async (environment, browser) => {
    const refreshToken = browser.cookies.get('__client')
    const first = await browser.post('/v1/auth/sessions/refresh')
    here.server.clock.advance({ seconds: 11 })
    const second = await environment.browser().post('/v1/auth/sessions/refresh', { refreshToken })
    expect([first.status, second.status]).toEqual([200, 401])
  },
  'the deletion of the project': ({ projectId }) =>
    here.server.owner.query('update projects set deleted_at = now() where id = $1', [projectId]),
}

test.each(Object.entries(endings))(
  'me.get refuses a token on the very next request, on every node, after %s',
  async (_what, end) => {
    const environment = await here.server.environment()
    const ada = await environment.signedUp()
    const eve = await environment.signedUp()
    const token = ada.cookies.get('__session')
    expect(await answers(token)).toEqual([200, 200])
    await end(environment, ada)
    expect(await answers(token)).toEqual([401, 401])
    // Only what was meant has ended.
    if (environment.projectId && _what !== 'the deletion of the project') {
      expect(await answers(eve.cookies.get('__session'))).toEqual([200, 200])
    }
  },
)

test('me.get refuses a session whose time is over, in the environment that says so', async () => {
  const short = await here.server.environment({ settings: { sessionLifetimeSeconds: 300 } })
  const long = await here.server.environment()
  const [ada, eve] = [await short.signedUp(), await long.signedUp()]
  here.server.clock.advance({ seconds: 250 })
  await Promise.all([ada, eve].map((browser) => browser.post('/v1/auth/sessions/refresh')))
  expect(await answers(ada.cookies.get('__session'))).toEqual([200, 200])
  // The token would last for ten seconds more than its session does.
  here.server.clock.advance({ seconds: 50 })
  expect(await answers(ada.cookies.get('__session'))).toEqual([401, 401])
  expect(await answers(eve.cookies.get('__session'))).toEqual([200, 200])
  const [session] = (await short.sdk.sessions.list()).items
  expect(session).toMatchObject({ status: 'expired', endedAt: null })
  expect(Date.parse(session?.expiresAt ?? '') - Date.parse(session?.createdAt ?? '')).toBe(300_000)
})

test('me.get and authentication.refresh refuse a session that nobody used for its idle time', async () => {
  const environment = await here.server.environment({ settings: { sessionIdleSeconds: 600 } })
  const ada = await environment.signedUp()
  for (let i = 0; i < 3; i++) {
    here.server.clock.advance({ seconds: 590 })
    expect((await ada.post('/v1/auth/sessions/refresh')).status).toBe(200)
  }
  const [used] = (await environment.sdk.sessions.list()).items
  expect(Date.parse(used?.expiresAt ?? '') - Date.parse(used?.lastActiveAt ?? '')).toBe(600_000)
  here.server.clock.advance({ seconds: 600 })
  expect((await ada.get('/v1/me')).status).toBe(401)
  expect((await ada.post('/v1/auth/sessions/refresh')).body.code).toBe('invalid_refresh_token')
  expect((await environment.sdk.sessions.list()).items.map(({ status }) => status)).toEqual(['expired'])
})

test('authentication.signIn starts sessions as long as the environment now says', async () => {
  const environment = await here.server.environment()
  const ada = await environment.signedUp()
  await environment.sdk.environment.update({ settings: { sessionLifetimeSeconds: 3_600 } })
  const signIn = '/v1/auth/sign-in/email-password'
  await environment.browser().post(signIn, { email: ada.email, password: goodPassword })
  const lifetimes = (await environment.sdk.sessions.list()).items.map(
    ({ createdAt, expiresAt }) => (Date.parse(expiresAt) - Date.parse(createdAt)) / 1_000,
  )
  expect(lifetimes).toEqual([3_600, 7 * 24 * 60 * 60])
})

test('me.get tells sessions apart that are asked for in the same instant', async () => {
  const environments = await Promise.all([here.server.environment(), here.server.environment()])
  const browsers = await Promise.all(
    environments.flatMap((environment) => [environment.signedUp(), environment.signedUp()]),
  )
  const asked = Array.from({ length: 40 }, (_, i) => browsers[i % browsers.length]).filter(
    (browser) => !!browser,
  )
  const answered = await Promise.all(asked.map((browser) => browser.get('/v1/me')))
  expect(answered.map(({ body }) => body.user.id)).toEqual(asked.map(({ userId }) => userId))
})

test('two nodes that meet an environment first at the same time make one key and one secret of it', async () => {
  const environment = await here.server.environment()
  const path = '/v1/auth/sign-up/email-password'
  const headers = { 'content-type': 'application/json', 'x-publishable-key': environment.publishableKey }
  const signUps = Array.from({ length: 8 }, async (_, i) => {
    const { url } = (i % 2 ? here : there).server
    const body = JSON.stringify({ email: `${i}@example.com`, password: goodPassword })
    const answer = await fetch(url + path, { method: 'POST', headers, body })
    return (await answer.json()) as { sessionToken: string; refreshToken: string }
  })
  for (const { sessionToken, refreshToken } of await Promise.all(signUps)) {
    expect(await answers(sessionToken)).toEqual([200, 200])
    const body = JSON.stringify({ refreshToken })
    for (const { server } of [here, there]) {
      const refreshed = await fetch(`${server.url}/v1/auth/sessions/refresh`, {
        method: 'POST',
        headers,
        body,
      })
      expect(refreshed.status).toBe(200)
    }
  }
  for (const table of ['signing_keys', 'environment_secrets']) {
    const { rowCount } = await here.server.owner.query(`select from ${table} where environment_id = $1`, [
      environment.id,
    ])
    expect([table, rowCount]).toEqual([table, 1])
  }
})
