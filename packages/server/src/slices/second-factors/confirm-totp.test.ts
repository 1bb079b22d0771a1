import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { authenticator, enrolled, pending, signIn } from './authenticator.fixture.js'

const server = testServer()
const [enroll, confirm] = ['/v1/auth/me/totp/enroll', '/v1/auth/me/totp/confirm']

test('secondFactors.enrollTotp shows the secret as text and as URI, keeps it sealed, and protects nothing yet', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const { status, body } = await ada.post(enroll)
  expect(status).toBe(200)
  expect(body.secret).toMatch(/^[A-Z2-7]{32}$/)
  const uri = new URL(body.otpauthUri)
  expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp'])
  expect(decodeURIComponent(uri.pathname)).toContain(ada.email)
  expect(uri.searchParams.get('secret')).toBe(body.secret)
  expect((await signIn(environment.browser(), ada.email)).status).toBe(200)

  const { rows } = await server.owner.query('select secret_sealed from totp_factors where user_id = $1', [
    ada.userId,
  ])
  const open = (userId: string) => server.seal.open(rows[0].secret_sealed, `totp/${environment.id}/${userId}`)
  expect(open(ada.userId)).toHaveLength(20)
  expect(() => open(crypto.randomUUID())).toThrow()
  expect(server.log.join('\n')).not.toContain(body.secret)
})

test('secondFactors.enrollTotp again replaces a secret that was not confirmed', async () => {
  const ada = await (await server.environment()).signedUp()
  const first = authenticator(server, (await ada.post(enroll)).body.secret)
  const second = authenticator(server, (await ada.post(enroll)).body.secret)
  expect((await ada.post(confirm, { code: first.code() })).status).toBe(400)
  expect((await ada.post(confirm, { code: second.code() })).status).toBe(200)
})

test('secondFactors.confirmTotp puts the app in force, shows ten recovery codes and records it', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const none = (await ada.get('/v1/me/second-factors')).body.secondFactors
  expect(none).toEqual({ totpEnabledAt: null, recoveryCodesLeft: 0, required: false })

  const { recoveryCodes } = await enrolled(server, ada)
  expect(new Set(recoveryCodes).size).toBe(10)
  for (const code of recoveryCodes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
  const { secondFactors } = (await ada.get('/v1/me/second-factors')).body
  expect(secondFactors).toEqual({
    totpEnabledAt: expect.any(String),
    recoveryCodesLeft: 10,
    required: false,
  })
  const [event, ...more] = (await environment.sdk.events.list({ type: 'second_factor.enabled' })).items
  expect(more).toEqual([])
  expect(event).toMatchObject({ actor: { type: 'user', id: ada.userId }, data: { userId: ada.userId } })
  const { rows } = await server.owner.query('select code_hash from recovery_codes where user_id = $1', [
    ada.userId,
  ])
  expect(rows.map(({ code_hash }) => code_hash.toString())).not.toContain(recoveryCodes[0])
})

test('an app that is in force cannot be enrolled over or confirmed again', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const { app } = await enrolled(server, ada)
  expect((await ada.post(enroll)).body.code).toBe('totp_already_enabled')
  expect((await ada.post(confirm, { code: app.code() })).body.code).toBe('totp_already_enabled')
  const pendingToken = await pending(environment.browser(), ada.email)
  const { body } = await environment.browser().post('/v1/auth/sign-in/totp/enroll', { pendingToken })
  expect(body.code).toBe('totp_already_enabled')
  const confirmed = await environment
    .browser()
    .post('/v1/auth/sign-in/totp/confirm', { pendingToken, code: app.code() })
  expect(confirmed.body.code).toBe('totp_already_enabled')
})

test('of parallel confirmations one is answered with codes', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const app = authenticator(server, (await ada.post(enroll)).body.secret)
  const code = app.code()
  const answers = await Promise.all(Array.from({ length: 5 }, () => ada.post(confirm, { code })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  expect((await environment.sdk.events.list({ type: 'second_factor.enabled' })).total).toBe(1)
})

test('secondFactors.confirmTotp without an enrolment says what to do', async () => {
  const ada = await (await server.environment()).signedUp()
  const { status, body } = await ada.post(confirm, { code: '123456' })
  expect([status, body.code]).toEqual([409, 'totp_not_enrolled'])
})
