import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/sign-out/all'

test('authentication.signOutEverywhere ends and counts the active sessions of this user only', async () => {
  const environment = await server.environment({ settings: { sessionLifetimeSeconds: 300 } })
  const old = await environment.signedUp()
  server.clock.advance({ seconds: 301 })
  const signIn = () => {
    const browser = environment.browser()
    return browser
      .post('/v1/auth/sign-in/email-password', { email: old.email, password: goodPassword })
      .then(() => browser)
  }
  const [one, two, three] = [await signIn(), await signIn(), await signIn()]
  const eve = await environment.signedUp()

  const { status, headers, body } = await one.post(path)
  expect([status, body]).toEqual([200, { ok: true, ended: { sessions: 3 } }])
  expect(headers.getSetCookie()).toEqual([
    '__client=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    '__session=; Path=/; Max-Age=0; SameSite=Lax',
  ])
  for (const browser of [one, two, three]) {
    expect((await browser.get('/v1/me')).status).toBe(401)
    expect((await browser.post('/v1/auth/sessions/refresh')).status).toBe(401)
  }
  expect((await eve.get('/v1/me')).status).toBe(200)

  const sessions = (await environment.sdk.sessions.list({ userId: old.userId })).items
  expect(sessions.map((session) => session.status)).toEqual(['ended', 'ended', 'ended', 'expired'])
  expect((await environment.sdk.events.list({ type: 'session.ended' })).total).toBe(3)
})

test('authentication.signOutEverywhere says not_signed_in to nobody', async () => {
  const { browser } = await server.environment()
  const { status, body } = await browser().post(path)
  expect([status, body.code]).toEqual([401, 'not_signed_in'])
})
