import { randomInt } from 'node:crypto'
import { type Browser, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/me/phone-number'
const invalid = { status: 401, body: { code: 'verification_invalid' } }
const newNumber = () => `+49151${randomInt(10_000_000, 99_999_999)}`

const ask = (browser: Browser, phoneNumber: string) => browser.post(path, { phoneNumber })
const verify = (browser: Browser, phoneNumber: string, code: string) =>
  browser.post(`${path}/verify`, { phoneNumber, code })

async function codeFor({ operator }: TestEnvironment, to: string) {
  const [message] = (await operator.textMessages.list({ to })).items
  const { body } = await operator.textMessages.get(message?.id ?? '')
  return /^\d{6}/.exec(body ?? '')?.[0] ?? ''
}

test('me.verifyPhoneNumber gives a user the number whose code it has, and records it', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const phoneNumber = newNumber()
  expect(await ask(ada, phoneNumber)).toMatchObject({ status: 200, body: { ok: true } })
  expect((await environment.sdk.users.get(ada.userId)).phoneNumber).toBeNull()
  const code = await codeFor(environment, phoneNumber)
  expect(await verify(ada, phoneNumber, code)).toMatchObject({ status: 200, body: { user: { phoneNumber } } })
  expect((await ada.get('/v1/me')).body.user.phoneNumber).toBe(phoneNumber)
  const user = await environment.sdk.users.get(ada.userId)
  expect(user).toMatchObject({ phoneNumber, authMethods: [{}, { type: 'phone', identifier: phoneNumber }] })
  const { items } = await environment.sdk.events.list({ type: 'user.phone_number_verified' })
  expect(items).toMatchObject([{ actor: { id: ada.userId }, data: { user: { phoneNumber } } }])
  expect(await verify(ada, phoneNumber, code)).toMatchObject(invalid)

  const other = newNumber()
  await ask(ada, other)
  expect((await verify(ada, other, await codeFor(environment, other))).status).toBe(200)
  expect((await environment.sdk.users.list({ phoneNumber })).total).toBe(0)
  expect((await environment.sdk.users.list({ phoneNumber: other })).items).toMatchObject([{ id: ada.userId }])
})

test('me.requestPhoneNumber answers the same for a number of somebody else, sends nothing, and no code works', async () => {
  const environment = await server.environment()
  const eve = await environment.signedUp()
  const phoneNumber = newNumber()
  await environment.sdk.users.create({ phoneNumber })
  const answers = []
  for (const number of [newNumber(), phoneNumber]) {
    const { status, body, headers } = await ask(eve, number)
    answers.push({ status, body, policy: headers.get('ratelimit-policy') })
  }
  expect(answers[1]).toEqual(answers[0])
  expect((await environment.operator.textMessages.list({ to: phoneNumber })).total).toBe(0)
  const { rows } = await server.owner.query(
    'select id, code_sealed from verifications where environment_id = $1 and identifier = $2',
    [environment.id, phoneNumber],
  )
  const [{ id, code_sealed }] = rows
  const code = server.seal.open(code_sealed, `verification-code/${environment.id}/${id}`).toString()
  expect(await verify(eve, phoneNumber, code)).toMatchObject(invalid)
})

test('me.verifyPhoneNumber takes only a code that was sent for this user, for this number, in time', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const [own, other] = [newNumber(), newNumber()]
  await ask(ada, own)
  await ask(eve, other)
  const code = await codeFor(environment, own)
  expect(await verify(eve, own, code)).toMatchObject(invalid)
  expect(await verify(ada, other, await codeFor(environment, other))).toMatchObject(invalid)
  const signIn = { phoneNumber: own, code }
  expect(await environment.browser().post('/v1/auth/sms/verify', signIn)).toMatchObject(invalid)
  expect((await verify(ada, own, code)).status).toBe(200)
  await ask(ada, newNumber())
  const late = newNumber()
  await ask(ada, late)
  const lateCode = await codeFor(environment, late)
  server.clock.advance({ minutes: 11 })
  await ada.post('/v1/auth/sessions/refresh')
  expect(await verify(ada, late, lateCode)).toMatchObject(invalid)
})

test('me.verifyPhoneNumber gives a number that two want at once to one of them', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const phoneNumber = newNumber()
  await ask(ada, phoneNumber)
  const code = await codeFor(environment, phoneNumber)
  await environment.sdk.users.create({ phoneNumber })
  expect(await verify(ada, phoneNumber, code)).toMatchObject(invalid)
  expect((await environment.sdk.users.get(ada.userId)).phoneNumber).toBeNull()
})

test('me.verifyPhoneNumber takes ten guesses a number, whoever guesses', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const phoneNumber = newNumber()
  await ask(ada, phoneNumber)
  const code = await codeFor(environment, phoneNumber)
  const wrong = code === '000000' ? '000001' : '000000'
  for (let i = 0; i < 10; i++)
    expect(await verify(i % 2 === 0 ? ada : eve, phoneNumber, wrong)).toMatchObject(invalid)
  const refused = { status: 429, body: { code: 'verification_rate_limited' } }
  expect(await verify(ada, phoneNumber, code)).toMatchObject(refused)
})

test('me.requestPhoneNumber is limited by user and by number', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const refused = { status: 429, body: { code: 'verification_rate_limited' } }
  for (let i = 0; i < 5; i++) expect((await ask(ada, newNumber())).status).toBe(200)
  expect(await ask(ada, newNumber())).toMatchObject(refused)
  const phoneNumber = newNumber()
  for (let i = 0; i < 5; i++) expect((await ask(eve, phoneNumber)).status).toBe(200)
  expect(await ask(await environment.signedUp(), phoneNumber)).toMatchObject(refused)
})

test('me.deletePhoneNumber gives the number up: it signs nobody in, and somebody else may have it', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const phoneNumber = newNumber()
  await environment.sdk.users.update(ada.userId, { phoneNumber })
  const records = async () => (await environment.sdk.events.list({ type: 'user.updated' })).total
  const before = await records()
  for (let i = 0; i < 2; i++) {
    expect(await ada.delete(path)).toMatchObject({ status: 200, body: { user: { phoneNumber: null } } })
    expect(await records()).toBe(before + 1)
  }
  await environment.browser().post('/v1/auth/sign-in/sms-otp', { phoneNumber })
  expect((await environment.operator.textMessages.list()).total).toBe(0)
  await environment.sdk.users.create({ phoneNumber })
})
