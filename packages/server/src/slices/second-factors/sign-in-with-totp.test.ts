import { goodPassword, startTestServer, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { authenticator, enrolled, pending, signIn } from './authenticator.fixture.js'

const server = testServer()
const path = '/v1/auth/sign-in/totp'

async function enrolledUser() {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  return { environment, ada, ...(await enrolled(server, ada)) }
}

test('a sign-in of a user with an app is refused with a pending token, and without a session', async () => {
  const { environment, ada } = await enrolledUser()
  const browser = environment.browser()
  const { status, body, headers } = await signIn(browser, ada.email)
  expect(status).toBe(401)
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect(body).toMatchObject({
    code: 'second_factor_required',
    message: 'second_factor_required',
    enrolled: true,
    pendingToken: expect.any(String),
  })
  expect(browser.cookies.size).toBe(0)
  expect((await environment.sdk.sessions.list({ userId: ada.userId })).total).toBe(1)
  expect(server.log.join('\n')).not.toContain(body.pendingToken)
})

test('secondFactors.signInWithTotp signs in with cookies, tokens and an event', async () => {
  const { environment, ada, app } = await enrolledUser()
  const browser = environment.browser()
  const pendingToken = await pending(browser, ada.email)
  const { status, body } = await browser.post(path, { pendingToken, code: app.code() })
  expect([status, body.userId]).toEqual([200, ada.userId])
  expect((await browser.get('/v1/me')).status).toBe(200)
  const [event] = (await environment.sdk.events.list({ type: 'session.created' })).items
  expect(event?.data).toMatchObject({ session: { id: body.sessionId } })
})

test.each([-1, 0, 1])('a code of %i steps away is accepted', async (steps) => {
  const { environment, ada, app } = await enrolledUser()
  server.clock.advance({ seconds: 60 })
  const pendingToken = await pending(environment.browser(), ada.email)
  const { status } = await environment.browser().post(path, { pendingToken, code: app.code(steps) })
  expect(status).toBe(200)
})

test.each([-3, -2, 2, 3])('a code of %i steps away is refused', async (steps) => {
  const { environment, ada, app } = await enrolledUser()
  server.clock.advance({ minutes: 2 })
  const pendingToken = await pending(environment.browser(), ada.email)
  const { status, body } = await environment.browser().post(path, { pendingToken, code: app.code(steps) })
  expect([status, body.code]).toEqual([400, 'invalid_second_factor_code'])
})

test('a code that was used, and one of a step before it, are refused in any sign-in', async () => {
  const { environment, ada, app } = await enrolledUser()
  const pendingToken = await pending(environment.browser(), ada.email)
  const [code, earlier] = [app.code(1), app.code()]
  expect((await environment.browser().post(path, { pendingToken, code })).status).toBe(200)
  const another = await pending(environment.browser(), ada.email)
  for (const token of [pendingToken, another]) {
    for (const replayed of [code, earlier]) {
      const { status, body } = await environment.browser().post(path, { pendingToken: token, code: replayed })
      expect([status, body.code]).toEqual([400, 'invalid_second_factor_code'])
    }
  }
})

test('the code that confirmed the app signs nobody in', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const app = authenticator(server, (await ada.post('/v1/auth/me/totp/enroll')).body.secret)
  const code = app.code()
  expect((await ada.post('/v1/auth/me/totp/confirm', { code })).status).toBe(200)
  const pendingToken = await pending(environment.browser(), ada.email)
  expect((await environment.browser().post(path, { pendingToken, code })).status).toBe(400)
})

test('of parallel uses of one code one is let in', async () => {
  const { environment, ada, app } = await enrolledUser()
  const pendingToken = await pending(environment.browser(), ada.email)
  const code = app.code()
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => environment.browser().post(path, { pendingToken, code })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
  expect((await environment.sdk.sessions.list({ userId: ada.userId })).total).toBe(2)
})

test('ten wrong codes end the guessing of an account, across restarts of the flow, routes and nodes', async () => {
  const { environment, ada, app, recoveryCodes } = await enrolledUser()
  const node = await startTestServer(
    { url: server.databaseUrl, drop: async () => {} },
    { seal: server.seal, clock: server.clock },
  )
  try {
    for (let i = 0; i < 10; i++) {
      const pendingToken = await pending(environment.browser(), ada.email)
      const wrong = { pendingToken, code: app.wrong() }
      const url = i % 2 === 0 ? server.url : node.server.url
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-publishable-key': environment.publishableKey },
        body: JSON.stringify(wrong),
      })
      expect(answer.status).toBe(400)
      server.clock.advance({ seconds: 10 })
    }
    const pendingToken = await pending(environment.browser(), ada.email)
    for (const [to, code] of [
      [path, app.code()],
      ['/v1/auth/sign-in/recovery-code', recoveryCodes[0]],
    ]) {
      const { status, body, headers } = await environment.browser().post(to as string, { pendingToken, code })
      expect([status, body.code]).toEqual([429, 'second_factor_rate_limited'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(880)
    }
    await ada.post('/v1/auth/sessions/refresh')
    expect((await ada.post('/v1/auth/me/totp/disable', { code: recoveryCodes[0] })).status).toBe(429)

    server.clock.advance({ minutes: 15 })
    const again = { pendingToken: await pending(environment.browser(), ada.email), code: app.code() }
    expect((await environment.browser().post(path, again)).status).toBe(200)
  } finally {
    await node.stop()
  }
})

test('parallel guesses share the ten places, and no more than ten are looked at', async () => {
  const { environment, ada, app } = await enrolledUser()
  const pendingToken = await pending(environment.browser(), ada.email)
  const body = { pendingToken, code: app.wrong() }
  const answers = await Promise.all(Array.from({ length: 25 }, () => environment.browser().post(path, body)))
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array(10).fill(400), ...Array(15).fill(429)])
})

test('right codes take no place of the wrong ones', async () => {
  const { environment, ada, app } = await enrolledUser()
  for (let i = 0; i < 12; i++) {
    const pendingToken = await pending(environment.browser(), ada.email)
    expect((await environment.browser().post(path, { pendingToken, code: app.code() })).status).toBe(200)
    server.clock.advance({ seconds: 30 })
  }
})

test('a pending token is good for five minutes, in its environment, and unaltered', async () => {
  const { environment, ada, app } = await enrolledUser()
  const other = await server.environment()
  const pendingToken = await pending(environment.browser(), ada.email)
  // The first character; not all bits of the last one count.
  const altered = (pendingToken.startsWith('A') ? 'B' : 'A') + pendingToken.slice(1)
  const refused = { status: 401, code: 'invalid_pending_token' }
  for (const [browser, token] of [
    [other.browser(), pendingToken],
    [environment.browser(), altered],
    [environment.browser(), ''],
  ] as const) {
    const { body } = await browser.post(path, { pendingToken: token, code: app.code() })
    expect(body).toMatchObject(refused)
  }
  server.clock.advance({ minutes: 5 })
  expect((await environment.browser().post(path, { pendingToken, code: app.code() })).body).toMatchObject(
    refused,
  )
})

test.each(['banned', 'deleted'])(
  'a user who was %s while pending gets the answer of a wrong password',
  async (how) => {
    const { environment, ada, app, recoveryCodes } = await enrolledUser()
    const pendingToken = await pending(environment.browser(), ada.email)
    await (how === 'banned'
      ? environment.sdk.users.ban(ada.userId)
      : environment.sdk.users.delete(ada.userId))
    for (const [to, code] of [
      [path, app.code()],
      ['/v1/auth/sign-in/recovery-code', recoveryCodes[0]],
    ]) {
      const { status, body } = await environment.browser().post(to as string, { pendingToken, code })
      expect([status, body.code]).toEqual([401, 'invalid_credentials'])
    }
  },
)

test('a wrong password is told before any second factor is asked for', async () => {
  const { environment, ada } = await enrolledUser()
  const { body } = await environment
    .browser()
    .post('/v1/auth/sign-in/email-password', { email: ada.email, password: `${goodPassword}x` })
  expect(body.code).toBe('invalid_credentials')
  expect(body).not.toHaveProperty('pendingToken')
})

test('the pending token is no session token and no refresh token', async () => {
  const { environment, ada } = await enrolledUser()
  const token = await pending(environment.browser(), ada.email)
  const me = await environment.browser().get('/v1/me', { authorization: `Bearer ${token}` })
  expect(me.status).toBe(401)
  const refresh = await environment.browser().post('/v1/auth/sessions/refresh', { refreshToken: token })
  expect(refresh.status).toBe(401)
})
