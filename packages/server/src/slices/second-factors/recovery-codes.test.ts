import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { enrolled, pending, signIn } from './authenticator.fixture.js'

const server = testServer()
const [path, replace, disable] = [
  '/v1/auth/sign-in/recovery-code',
  '/v1/auth/me/recovery-codes',
  '/v1/auth/me/totp/disable',
]

async function enrolledUser() {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const { app, recoveryCodes } = await enrolled(server, ada)
  return { environment, ada, app, codes: recoveryCodes as [string, ...string[]] }
}

test('secondFactors.signInWithRecoveryCode signs in once by a code, however it is typed', async () => {
  const { environment, ada, codes } = await enrolledUser()
  const browser = environment.browser()
  const pendingToken = await pending(browser, ada.email)
  const code = codes[0].toUpperCase().replaceAll('-', ' ')
  expect((await browser.post(path, { pendingToken, code })).status).toBe(200)
  expect((await browser.get('/v1/me/second-factors')).body.secondFactors.recoveryCodesLeft).toBe(9)
  const [event] = (await environment.sdk.events.list({ type: 'recovery_code.used' })).items
  expect(event?.data).toEqual({ userId: ada.userId, recoveryCodesLeft: 9 })

  const { status, body } = await environment.browser().post(path, { pendingToken, code: codes[0] })
  expect([status, body.code]).toEqual([400, 'invalid_second_factor_code'])
})

test('of parallel uses of one recovery code one is let in', async () => {
  const { environment, ada, codes } = await enrolledUser()
  const pendingToken = await pending(environment.browser(), ada.email)
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => environment.browser().post(path, { pendingToken, code: codes[0] })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
  expect((await environment.sdk.events.list({ type: 'recovery_code.used' })).total).toBe(1)
})

test("another user's recovery code proves nothing", async () => {
  const { environment, ada } = await enrolledUser()
  const eve = await environment.signedUp()
  const { recoveryCodes } = await enrolled(server, eve)
  const pendingToken = await pending(environment.browser(), ada.email)
  const { status } = await environment.browser().post(path, { pendingToken, code: recoveryCodes[0] })
  expect(status).toBe(400)
})

test('secondFactors.replaceRecoveryCodes asks for a code, and the old set dies', async () => {
  const { environment, ada, app, codes } = await enrolledUser()
  expect((await ada.post(replace, {})).status).toBe(400)
  expect((await ada.post(replace, { code: app.wrong() })).body.code).toBe('invalid_second_factor_code')
  const { status, body } = await ada.post(replace, { code: app.code() })
  expect([status, body.recoveryCodes.length]).toEqual([200, 10])
  const pendingToken = await pending(environment.browser(), ada.email)
  expect((await environment.browser().post(path, { pendingToken, code: codes[1] })).status).toBe(400)
  const [fresh] = body.recoveryCodes
  expect((await environment.browser().post(path, { pendingToken, code: fresh })).status).toBe(200)
})

test.each(['app', 'recovery code'])(
  'secondFactors.disableTotp takes everything away for a code of the %s',
  async (by) => {
    const { environment, ada, app, codes } = await enrolledUser()
    expect((await ada.post(disable, { code: app.wrong() })).status).toBe(400)
    const code = by === 'app' ? app.code() : codes[0]
    expect((await ada.post(disable, { code })).status).toBe(200)
    expect((await signIn(environment.browser(), ada.email)).status).toBe(200)
    expect((await ada.get('/v1/me/second-factors')).body.secondFactors).toMatchObject({
      totpEnabledAt: null,
      recoveryCodesLeft: 0,
    })
    expect((await environment.sdk.events.list({ type: 'second_factor.disabled' })).total).toBe(1)
    expect((await ada.post(disable, { code })).body.code).toBe('totp_not_enabled')
  },
)

test('users.resetSecondFactors takes everything away on the word of a backend, and records it once', async () => {
  const { environment, ada } = await enrolledUser()
  const { sdk } = environment
  await sdk.users.resetSecondFactors(ada.userId)
  await sdk.users.resetSecondFactors(ada.userId)
  expect((await signIn(environment.browser(), ada.email)).status).toBe(200)
  expect((await ada.get('/v1/me')).status).toBe(200)
  const { items, total } = await sdk.events.list({ type: 'second_factor.disabled' })
  expect([total, items[0]?.data]).toEqual([1, { userId: ada.userId }])
})
