import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { createAuthenticator } from '../passkeys/authenticator.fixture.js'
import { authenticator } from '../second-factors/authenticator.fixture.js'
import { adminBrowser, administratorOf, adminPassword, operatorOf } from './administration.fixture.js'

const server = testServer()

const auth = '/v1/instance/auth'
const me = '/v1/instance/me'

test('an administrator enrols an authenticator app, which signing in then asks for, until it is taken away', async () => {
  const grace = await administratorOf(server)
  const { body: enrolment } = await grace.post(`${auth}/totp/enroll`)
  const app = authenticator(server, enrolment.secret)
  expect(decodeURIComponent(enrolment.uri)).not.toContain('@instance')
  const confirmed = await grace.post(`${auth}/totp/confirm`, { code: app.code() })
  expect(confirmed.status).toBe(200)
  const signIn = () =>
    adminBrowser(server).post(`${auth}/sign-in`, { email: grace.email, password: adminPassword })
  const pending = await signIn()
  expect(pending).toMatchObject({ status: 401, body: { code: 'second_factor_required', enrolled: true } })
  const { pendingToken } = pending.body
  server.clock.advance({ seconds: 30 })
  // It is a step of this environment alone.
  const elsewhere = await server.environment()
  const proof = { pendingToken, code: app.code() }
  expect((await elsewhere.browser().post('/v1/auth/sign-in/totp', proof)).status).toBe(401)
  const browser = adminBrowser(server)
  expect((await browser.post(`${auth}/sign-in/totp`, proof)).status).toBe(200)
  expect((await browser.get(me)).body.administrator.id).toBe(grace.id)
  const recovery = { pendingToken: (await signIn()).body.pendingToken, code: confirmed.body.recoveryCodes[0] }
  expect((await adminBrowser(server).post(`${auth}/sign-in/recovery-code`, recovery)).status).toBe(200)

  await operatorOf(server).administrators.resetSecondFactors(grace.id)
  expect((await signIn()).status).toBe(200)
})

test('an administrator signs in with a passkey', async () => {
  const grace = await administratorOf(server)
  const device = createAuthenticator()
  const begun = await grace.post(`${auth}/passkeys/register/begin`)
  expect(begun.body.options.rp).toMatchObject({ id: 'claviger.test' })
  const registered = await grace.post(`${auth}/passkeys/register/complete`, {
    credential: device.create(begun.body.options),
    name: 'Key',
  })
  expect(registered.status).toBe(201)
  const browser = adminBrowser(server)
  const { body } = await browser.post(`${auth}/passkeys/authenticate/begin`)
  const answer = { credential: device.get(body.options) }
  expect((await browser.post(`${auth}/passkeys/authenticate/complete`, answer)).status).toBe(200)
  expect((await browser.get(`${me}/passkeys`)).body.passkeys).toMatchObject([{ name: 'Key' }])
  expect((await browser.get(me)).body.administrator.id).toBe(grace.id)
})

test('an administrator sees and ends sessions and devices, changes the password, and resets a forgotten one', async () => {
  const grace = await administratorOf(server)
  const other = adminBrowser(server)
  await other.post(`${auth}/sign-in`, { email: grace.email, password: adminPassword })
  const { sessions } = (await grace.get(`${me}/sessions`)).body
  expect(sessions).toHaveLength(2)
  expect((await grace.get(`${me}/devices`)).body.total).toBe(2)
  const [newDevice] = (await operatorOf(server).instance.listEmails({ to: grace.email })).items
  expect(newDevice?.kind).toBe('new_device')

  const changed = { currentPassword: adminPassword, newPassword: 'another long sentence' }
  expect((await grace.post(`${auth}/password`, changed)).status).toBe(200)
  expect((await other.get(me)).status).toBe(401)
  expect((await grace.get(me)).status).toBe(200)
  expect(
    (
      await grace.post(`${auth}/password`, {
        currentPassword: 'another long sentence',
        newPassword: 'elevenchars',
      })
    ).body,
  ).toMatchObject({ code: 'password_too_short' })

  await adminBrowser(server).post(`${auth}/password/reset/request`, { email: grace.email })
  const [mail] = (await operatorOf(server).instance.listEmails({ to: grace.email })).items
  const { subject, text } = await operatorOf(server).instance.getEmail(mail?.id ?? '')
  expect(subject).toBe('Reset your password for Claviger')
  const [, token] = /auth\/password-reset#token=(\w+)&environment=@instance\/live/.exec(text ?? '') ?? []
  const reset = { token, newPassword: 'Better-horse-battery-10' }
  const environment = await server.environment()
  expect((await environment.browser().post('/v1/auth/password/reset/confirm', reset)).status).toBe(401)
  expect((await adminBrowser(server).post(`${auth}/password/reset/confirm`, reset)).status).toBe(200)
  expect((await grace.get(me)).status).toBe(401)
})
