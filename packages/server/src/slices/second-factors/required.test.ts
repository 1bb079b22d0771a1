import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { authenticator, pending, signIn } from './authenticator.fixture.js'

const server = testServer()
const [enroll, confirm] = ['/v1/auth/sign-in/totp/enroll', '/v1/auth/sign-in/totp/confirm']

test('where an environment requires it, a sign-up makes the account and waits for an enrolment', async () => {
  const environment = await server.environment({ settings: { secondFactor: 'required' } })
  const browser = environment.browser()
  const { status, body } = await browser.post('/v1/auth/sign-up/email-password', {
    email: 'ada@example.com',
    password: goodPassword,
  })
  expect(status).toBe(401)
  expect(body).toMatchObject({ code: 'second_factor_required', enrolled: false })
  expect(browser.cookies.size).toBe(0)
  expect((await environment.sdk.users.list({ email: 'ada@example.com' })).total).toBe(1)
  expect((await environment.sdk.events.list({ type: 'user.created' })).total).toBe(1)

  const { pendingToken } = body
  const app = authenticator(server, (await browser.post(enroll, { pendingToken })).body.secret)
  const wrong = await browser.post(confirm, { pendingToken, code: app.wrong() })
  expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_second_factor_code'])
  const done = await browser.post(confirm, { pendingToken, code: app.code() })
  expect([done.status, done.body.recoveryCodes.length]).toEqual([200, 10])
  expect((await browser.get('/v1/me/second-factors')).body.secondFactors).toMatchObject({ required: true })

  expect((await signIn(environment.browser(), 'ada@example.com')).body.enrolled).toBe(true)
})

test('where an organization requires it, its members must, and others need not', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [owner, member, other] = [
    await environment.signedUp(),
    await environment.signedUp(),
    await environment.signedUp(),
  ]
  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: owner.userId })
  expect(organization.requiresSecondFactor).toBe(false)
  await sdk.memberships.create(organization.id, { userId: member.userId })
  const denied = await member.patch(`/v1/orgs/${organization.id}`, { requiresSecondFactor: true })
  expect(denied.status).toBe(403)
  const changed = await owner.patch(`/v1/orgs/${organization.id}`, { requiresSecondFactor: true })
  expect(changed.body.organization.requiresSecondFactor).toBe(true)

  for (const { email } of [owner, member]) {
    expect((await signIn(environment.browser(), email)).body).toMatchObject({
      code: 'second_factor_required',
      enrolled: false,
    })
  }
  expect((await signIn(environment.browser(), other.email)).status).toBe(200)

  await sdk.organizations.update(organization.id, { requiresSecondFactor: false })
  expect((await signIn(environment.browser(), member.email)).status).toBe(200)
})

test('an organization can require it from its beginning', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const organization = await environment.sdk.organizations.create({
    name: 'Acme',
    slug: 'acme',
    createdBy: ada.userId,
    requiresSecondFactor: true,
  })
  expect(organization.requiresSecondFactor).toBe(true)
  expect((await signIn(environment.browser(), ada.email)).body.enrolled).toBe(false)
})

test('a user who is banned while pending enrols nothing', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await environment.sdk.environment.update({ settings: { secondFactor: 'required' } })
  const pendingToken = await pending(environment.browser(), ada.email)
  const app = authenticator(server, (await environment.browser().post(enroll, { pendingToken })).body.secret)
  await environment.sdk.users.ban(ada.userId)
  for (const [path, body] of [
    [enroll, { pendingToken }],
    [confirm, { pendingToken, code: app.code() }],
  ] as const) {
    const answer = await environment.browser().post(path, body)
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials'])
  }
})

test('a sign-in that was begun under a password ends with it: it neither enrols nor signs in', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await environment.sdk.environment.update({ settings: { secondFactor: 'required' } })
  const pendingToken = await pending(environment.browser(), ada.email)
  const app = authenticator(server, (await environment.browser().post(enroll, { pendingToken })).body.secret)
  const change = { currentPassword: goodPassword, newPassword: 'Better-horse-battery-10' }
  expect((await ada.post('/v1/auth/me/password', change)).status).toBe(200)
  for (const [path, body] of [
    [enroll, { pendingToken }],
    [confirm, { pendingToken, code: app.code() }],
    ['/v1/auth/sign-in/totp', { pendingToken, code: app.code() }],
    ['/v1/auth/sign-in/recovery-code', { pendingToken, code: '0000-0000-0000-0000' }],
  ] as const) {
    const answer = await environment.browser().post(path, body)
    expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'invalid_pending_token'])
  }
})
