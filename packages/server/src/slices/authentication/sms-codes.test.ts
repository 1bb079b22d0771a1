import { randomInt } from 'node:crypto'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const auth = '/v1/auth'
const invalid = { status: 401, body: { code: 'verification_invalid' } }

const newNumber = () => `+49151${randomInt(10_000_000, 99_999_999)}`
const ask = (environment: TestEnvironment, phoneNumber: string) =>
  environment.browser().post(`${auth}/sign-in/sms-otp`, { phoneNumber })
const guess = (environment: TestEnvironment, phoneNumber: string, code: string) =>
  environment.browser().post(`${auth}/sms/verify`, { phoneNumber, code })

/** The code of the newest message to a number. */
async function codeFor({ operator }: TestEnvironment, to: string) {
  const [message] = (await operator.textMessages.list({ to })).items
  const { body } = await operator.textMessages.get(message?.id ?? '')
  return /^\d{6}/.exec(body ?? '')?.[0] ?? ''
}

async function codeOf(environment: TestEnvironment, phoneNumber: string) {
  expect(await ask(environment, phoneNumber)).toMatchObject({ status: 200, body: { ok: true } })
  return codeFor(environment, phoneNumber)
}

async function withNumber(environment: TestEnvironment) {
  const phoneNumber = newNumber()
  const { id } = await environment.sdk.users.create({ phoneNumber })
  return { id, phoneNumber }
}

test('authentication.verifySmsCode signs in by the newest code, once of many tries at once', async () => {
  const environment = await server.environment()
  const { id, phoneNumber } = await withNumber(environment)
  const older = await codeOf(environment, phoneNumber)
  const code = await codeOf(environment, phoneNumber)
  if (older !== code) expect(await guess(environment, phoneNumber, older)).toMatchObject(invalid)
  const answers = await Promise.all(Array.from({ length: 8 }, () => guess(environment, phoneNumber, code)))
  const [signedIn, ...more] = answers.filter(({ status }) => status === 200)
  expect(more).toEqual([])
  expect(signedIn?.body.userId).toBe(id)
  expect(signedIn?.headers.getSetCookie().join()).toMatch(/__client=.*__session=/)
  expect((await environment.sdk.events.list({ type: 'session.created' })).total).toBe(1)
})

test('authentication.requestSmsCode says in the message what it is for, and how long', async () => {
  const environment = await server.environment()
  const { phoneNumber } = await withNumber(environment)
  await ask(environment, phoneNumber)
  const [message] = (await environment.operator.textMessages.list()).items
  expect(message).toMatchObject({ kind: 'sms_code', to: phoneNumber })
  const { body } = await environment.operator.textMessages.get(message?.id ?? '')
  const [product] = environment.name.split('/')
  expect(body?.replace(/^\d{6}/, '')).toBe(
    ` is your code to sign in to ${product}. It works once, within 10 minutes. Tell it to nobody.`,
  )
  const { rows } = await server.owner.query('select t::text as text from text_messages t')
  for (const { text } of rows) expect(text).not.toContain('is your code')
  const events = JSON.stringify((await environment.sdk.events.list()).items)
  expect(events).toContain('text_message.queued')
  expect(events).not.toContain('is your code')
})

test('authentication.requestSmsCode answers known, unknown and banned numbers alike, and sends to the known', async () => {
  const environment = await server.environment()
  const { sdk, operator } = environment
  const [ada, bob] = [await withNumber(environment), await withNumber(environment)]
  await sdk.users.ban(bob.id)
  const answers = []
  for (const phoneNumber of [ada.phoneNumber, newNumber(), bob.phoneNumber]) {
    const { status, headers, body } = await ask(environment, phoneNumber)
    const told = Object.fromEntries(headers)
    for (const name of ['date', 'x-request-id', 'ratelimit']) delete told[name]
    answers.push({ status, told, body })
  }
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
  expect((await operator.textMessages.list()).items.map(({ to }) => to)).toEqual([ada.phoneNumber])
})

test('authentication.requestSmsCode keeps a code for every number, so that to guess at one is the same work', async () => {
  const environment = await server.environment()
  const { phoneNumber } = await withNumber(environment)
  const rowsOf = async (identifier: string) => {
    const { rows } = await server.owner.query(
      'select code_sealed is not null as sealed from verifications where environment_id = $1 and identifier = $2',
      [environment.id, identifier],
    )
    return rows
  }
  const unknown = newNumber()
  for (const number of [phoneNumber, unknown]) {
    await ask(environment, number)
    expect(await guess(environment, number, '000000')).toMatchObject(invalid)
    expect(await rowsOf(number)).toEqual([{ sealed: true }])
  }
})

test('authentication.verifySmsCode takes a code for its own number, environment, purpose and time only', async () => {
  const environment = await server.environment()
  const [ada, bob] = [await withNumber(environment), await withNumber(environment)]
  const code = await codeOf(environment, ada.phoneNumber)
  expect(await guess(environment, bob.phoneNumber, code)).toMatchObject(invalid)
  const elsewhere = await server.environment()
  await elsewhere.sdk.users.create({ phoneNumber: ada.phoneNumber })
  expect(await guess(elsewhere, ada.phoneNumber, code)).toMatchObject(invalid)
  const eve = await environment.signedUp()
  const taken = { phoneNumber: ada.phoneNumber, code }
  expect(await eve.post(`${auth}/me/phone-number/verify`, taken)).toMatchObject(invalid)
  server.clock.advance({ minutes: 11 })
  expect(await guess(environment, ada.phoneNumber, code)).toMatchObject(invalid)
})

test.each(['bans the user', 'takes the number away', 'gives the number to somebody else'])(
  'authentication.verifySmsCode lets nobody in when a backend %s meanwhile',
  async (what) => {
    const environment = await server.environment()
    const { sdk } = environment
    const { id, phoneNumber } = await withNumber(environment)
    const code = await codeOf(environment, phoneNumber)
    if (what === 'bans the user') await sdk.users.ban(id)
    else await sdk.users.update(id, { phoneNumber: null })
    if (what.startsWith('gives')) await sdk.users.create({ phoneNumber })
    expect(await guess(environment, phoneNumber, code)).toMatchObject(invalid)
  },
)

test('authentication.verifySmsCode takes ten guesses a number, however many codes are asked for', async () => {
  const environment = await server.environment()
  const { phoneNumber } = await withNumber(environment)
  const spend = async (number: string) => {
    for (let i = 0; i < 10; i++) {
      if (i % 5 === 0) await ask(environment, number)
      const right = number === phoneNumber ? await codeFor(environment, number) : ''
      const wrong = right === '000000' ? '000001' : '000000'
      expect(await guess(environment, number, wrong)).toMatchObject(invalid)
    }
    const { status, body } = await guess(environment, number, '000000')
    return [status, body.code]
  }
  // Whoever has no account is told the same.
  for (const number of [phoneNumber, newNumber()])
    expect(await spend(number)).toEqual([429, 'verification_rate_limited'])
  expect((await guess(environment, phoneNumber, await codeFor(environment, phoneNumber))).status).toBe(429)
  server.clock.advance({ minutes: 15 })
  expect((await guess(environment, phoneNumber, await codeOf(environment, phoneNumber))).status).toBe(200)
})

test('authentication.requestSmsCode sends five times in fifteen minutes, and is as strict for a number of nobody', async () => {
  const environment = await server.environment()
  const { phoneNumber } = await withNumber(environment)
  for (const number of [phoneNumber, newNumber()]) {
    for (let i = 0; i < 5; i++) expect((await ask(environment, number)).status).toBe(200)
    const refused = await ask(environment, number)
    expect(refused).toMatchObject({ status: 429, body: { code: 'verification_rate_limited' } })
  }
  expect((await environment.operator.textMessages.list()).total).toBe(5)
  server.clock.advance({ minutes: 15 })
  expect((await ask(environment, phoneNumber)).status).toBe(200)
})

test('authentication.verifySmsCode leads to the second factor where one is required', async () => {
  const environment = await server.environment({ settings: { secondFactor: 'required' } })
  const { phoneNumber } = await withNumber(environment)
  const { status, body } = await guess(environment, phoneNumber, await codeOf(environment, phoneNumber))
  expect([status, body.code, body.enrolled]).toEqual([401, 'second_factor_required', false])
  expect((await environment.sdk.sessions.list()).total).toBe(0)
})

test.each([
  '+0151123456',
  '4915112345678',
  '+49 151 12345678',
  '+491511234567890123',
  '+49',
  '',
  '+４９15112345678',
])('authentication.requestSmsCode refuses %j, which is no number in E.164', async (phoneNumber) => {
  const environment = await server.environment()
  const refused = { status: 400, body: { code: 'invalid_request' } }
  expect(await ask(environment, phoneNumber)).toMatchObject(refused)
})

test.each(['magic link', 'password reset'])(
  'a %s to an unverified address takes the phone number of whoever signed up with it away',
  async (way) => {
    const environment = await server.environment()
    const squatter = await environment.signedUp()
    const phoneNumber = newNumber()
    await squatter.post(`${auth}/me/phone-number`, { phoneNumber })
    const code = await codeFor(environment, phoneNumber)
    expect((await squatter.post(`${auth}/me/phone-number/verify`, { phoneNumber, code })).status).toBe(200)
    const [asking, proving] =
      way === 'magic link'
        ? ['sign-in/magic-link', 'magic-link/verify']
        : ['password/reset/request', 'password/reset/confirm']
    const owner = environment.browser()
    await owner.post(`${auth}/${asking}`, { email: squatter.email })
    const [mail] = (await environment.operator.emails.list({ to: squatter.email })).items
    const { text } = await environment.operator.emails.get(mail?.id ?? '')
    const token = /#token=(\w+)/.exec(text ?? '')?.[1]
    const newPassword = way === 'password reset' ? { newPassword: `${goodPassword}0` } : {}
    expect((await owner.post(`${auth}/${proving}`, { token, ...newPassword })).status).toBe(200)
    expect(await environment.sdk.users.get(squatter.userId)).toMatchObject({ phoneNumber: null })
    expect(await codeOfNobody(environment, phoneNumber)).toBe(1)
  },
)

/** How many messages went to a number before and after another sign-in was asked for. */
async function codeOfNobody(environment: TestEnvironment, to: string) {
  await ask(environment, to)
  return (await environment.operator.textMessages.list({ to })).total
}
