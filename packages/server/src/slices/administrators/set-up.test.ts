import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { adminBrowser, adminPassword, operatorOf } from './administration.fixture.js'

const server = testServer()

const setup = '/v1/instance/setup'
const ada = { email: 'ada@example.com', password: adminPassword, name: 'Ada' }
const fromElsewhere = { 'x-forwarded-for': '192.0.2.1' }

test('instance.getSetup says before anything else that somebody has yet to come', async () => {
  expect(await operatorOf(server).instance.getSetup()).toEqual({ needsSetup: true, hasAdministrator: false })
})

test('instance.setUp refuses whoever is neither on the host nor has the token, and a password that is too short', async () => {
  const browser = adminBrowser(server)
  const refused = { status: 401, body: { code: 'invalid_setup_token' } }
  expect(await browser.post(setup, ada, fromElsewhere)).toMatchObject(refused)
  for (const setupToken of ['', 'setup_wrong', `${server.setupToken} `, server.setupToken.slice(1)]) {
    // A token that is wrong is refused on the host as well.
    expect(await browser.post(setup, { ...ada, setupToken })).toMatchObject(refused)
    expect(await browser.post(setup, { ...ada, setupToken }, fromElsewhere)).toMatchObject(refused)
  }
  expect(await browser.post(setup, { ...ada, password: 'elevenchars' })).toMatchObject({
    status: 400,
    body: { code: 'password_too_short' },
  })
  expect(await browser.post(setup, { ...ada, email: 'nope' })).toMatchObject({ status: 400 })
  expect(
    await browser.post(setup, ada, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
  ).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } })
  expect((await operatorOf(server).administrators.list()).total).toBe(0)
})

test('instance.setUp makes one administrator of fifty who come at once, and none later', async () => {
  server.clock.advance({ minutes: 2 })
  const browsers = Array.from({ length: 50 }, () => adminBrowser(server))
  const answers = await Promise.all(
    browsers.map((browser, i) =>
      browser.post(
        setup,
        { ...ada, email: `ada${i}@example.com`, setupToken: server.setupToken },
        fromElsewhere,
      ),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const losers = answers.filter(({ status }) => status !== 201)
  expect(new Set(losers.map(({ body }) => body.code))).toEqual(new Set(['setup_completed']))

  const { administrators, total } = await operatorOf(server).administrators.list()
  expect([total, administrators[0]]).toMatchObject([
    1,
    { name: 'Ada', role: 'instance_admin', status: 'active' },
  ])
  expect(await operatorOf(server).instance.getSetup()).toEqual({ needsSetup: false, hasAdministrator: true })

  const winner = browsers[answers.findIndex(({ status }) => status === 201)]
  const me = await winner?.get('/v1/instance/me')
  expect(me).toMatchObject({ status: 200, body: { administrator: { id: administrators[0]?.id } } })

  server.clock.advance({ minutes: 2 })
  expect(await adminBrowser(server).post(setup, { ...ada, setupToken: server.setupToken })).toMatchObject({
    status: 409,
    body: { code: 'setup_completed' },
  })
  const told = await operatorOf(server).instanceEvents.list({ type: 'administrator.created' })
  expect(told.total).toBe(1)
})

test('instance.setUp is limited by address', async () => {
  server.clock.advance({ minutes: 2 })
  const browser = adminBrowser(server)
  const answers = []
  for (let i = 0; i < 61; i++) answers.push((await browser.post(setup, ada)).status)
  expect(new Set(answers.slice(0, 60))).toEqual(new Set([409]))
  expect(answers[60]).toBe(429)
})
