import { goodPassword, testServer } from '@claviger/server/testing'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/sign-up/email-password'

test('authentication.signUp answers 201 with tokens, and sets both cookies as specified', async () => {
  const environment = await server.environment()
  const browser = environment.browser()
  const { status, headers, body } = await browser.post(path, {
    email: 'ada@example.com',
    password: goodPassword,
  })

  expect(status).toBe(201)
  expect(Object.keys(body).sort()).toEqual([
    'expiresAt',
    'refreshToken',
    'sessionId',
    'sessionToken',
    'sessionTokenExpiresAt',
    'userId',
  ])
  expect(decodeJwt(body.sessionToken)).toMatchObject({ sub: body.userId, sid: body.sessionId })
  expect(Date.parse(body.sessionTokenExpiresAt)).toBe((decodeJwt(body.sessionToken).exp ?? 0) * 1_000)

  const [device, client = '', session, ...more] = headers.getSetCookie()
  expect(more).toEqual([])
  expect(device).toMatch(/^__device=/)
  const maxAgeSeconds = Number(/Max-Age=(\d+)/.exec(client)?.[1])
  expect(client).toBe(
    `__client=${body.refreshToken}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`,
  )
  // A week, less the moment between the session's beginning and its cookie.
  expect(maxAgeSeconds).toBeGreaterThan(7 * 24 * 60 * 60 - 10)
  expect(maxAgeSeconds).toBeLessThanOrEqual(7 * 24 * 60 * 60)
  expect(session).toBe(`__session=${body.sessionToken}; Path=/; Max-Age=60; SameSite=Lax`)

  const user = await environment.sdk.users.get(body.userId)
  expect(user.emails).toEqual([{ email: 'ada@example.com', isPrimary: true, isVerified: false }])
  expect((await browser.get('/v1/me')).body.user.id).toBe(body.userId)
})

test('authentication.signUp records the user and the session, and nothing of the password', async () => {
  const { browser, sdk } = await server.environment()
  await browser().post(path, { email: 'ada@example.com', password: goodPassword, username: 'ada' })
  const events = (await sdk.events.list()).items
  expect(events.map(({ type }) => type).sort()).toEqual([
    'device.created',
    'email.queued',
    'session.created',
    'user.created',
  ])
  expect(JSON.stringify(events)).not.toContain(goodPassword)
  expect(server.log.join('')).not.toContain(goodPassword)
})

test('authentication.signUp keeps of the password only an Argon2id hash', async () => {
  const environment = await server.environment()
  const { userId } = await environment.signedUp()
  const { rows } = await server.owner.query('select hash from user_passwords where user_id = $1', [userId])
  expect(rows).toEqual([{ hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) }])
})

test('authentication.signUp refuses an address that is taken, whatever its case, and records nothing', async () => {
  const { browser, sdk } = await server.environment()
  await browser().post(path, { email: 'ada@example.com', password: goodPassword })
  const second = browser()
  const { status, body } = await second.post(path, { email: 'ADA@Example.COM', password: goodPassword })
  expect(status).toBe(400)
  expect(body).toMatchObject({
    code: 'email_already_exists',
    message: 'email_already_exists',
    statusCode: 400,
  })
  expect(second.cookies.size).toBe(0)
  expect((await sdk.users.list()).total).toBe(1)
  expect((await sdk.events.list()).total).toBe(4)
})

test('authentication.signUp takes the same address in another environment', async () => {
  const email = 'ada@example.com'
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  expect((await one.browser().post(path, { email, password: goodPassword })).status).toBe(201)
  expect((await other.browser().post(path, { email, password: goodPassword })).status).toBe(201)
})

test('authentication.signUp refuses a username that is taken, whatever its case', async () => {
  const { browser } = await server.environment()
  await browser().post(path, { email: 'ada@example.com', password: goodPassword, username: 'ada' })
  const answer = await browser().post(path, {
    email: 'eve@example.com',
    password: goodPassword,
    username: 'ADA',
  })
  expect([answer.status, answer.body.code]).toEqual([409, 'username_taken'])
})

test.each([
  ['Short-9', 'password_too_short', 'The password must have at least 10 characters.'],
  ['correct-horse-9', 'password_too_weak', 'The password lacks an upper-case letter.'],
  ['CORRECT-HORSE-9', 'password_too_weak', 'The password lacks a lower-case letter.'],
  ['Correct-horse', 'password_too_weak', 'The password lacks a digit.'],
  [
    '----------',
    'password_too_weak',
    'The password lacks an upper-case letter, a lower-case letter, a digit.',
  ],
])('authentication.signUp refuses the password %s by the default policy', async (password, code, detail) => {
  const { browser, sdk } = await server.environment()
  const { status, body } = await browser().post(path, { email: 'ada@example.com', password })
  expect(status).toBe(400)
  expect(body).toMatchObject({ code, message: code, detail })
  expect((await sdk.users.list()).total).toBe(0)
})

test("authentication.signUp follows the environment's own policy, and counts characters after NFKC", async () => {
  const passwordPolicy = { lengthMin: 12, uppercase: false, lowercase: false, digit: false, symbol: true }
  const { browser } = await server.environment({ settings: { passwordPolicy } })
  const tried = async (password: string) =>
    (await browser().post(path, { email: `${crypto.randomUUID()}@example.com`, password })).body.code
  expect(await tried('abcdefghijk!')).toBeUndefined()
  expect(await tried('abcdefghijkl')).toBe('password_too_weak')
  expect(await tried('abcdefghij!')).toBe('password_too_short')
  // One ligature is three characters; twelve emoji are twelve, whatever UTF-16 makes of them.
  expect(await tried('ﬃﬃﬃab!')).toBeUndefined()
  expect(await tried('🔑🔑🔑🔑🔑🔑')).toBe('password_too_short')
})

test.each([
  ['no address', { password: goodPassword }, '/email'],
  ['no password', { email: 'ada@example.com' }, '/password'],
  ['no address that can be one', { email: 'ada', password: goodPassword }, '/email'],
  ['a password of 1,025 characters', { email: 'ada@example.com', password: 'a'.repeat(1_025) }, '/password'],
  ['a ban', { email: 'ada@example.com', password: goodPassword, isBanned: false }, '/isBanned'],
  [
    'a verified address',
    { email: 'ada@example.com', password: goodPassword, emailVerified: true },
    '/emailVerified',
  ],
  ['metadata', { email: 'ada@example.com', password: goodPassword, publicMetadata: {} }, '/publicMetadata'],
])('authentication.signUp refuses %s by name', async (_what, sent, pointer) => {
  const { browser, sdk } = await server.environment()
  const { status, body } = await browser().post(path, sent)
  expect(status).toBe(400)
  expect(body.errors.map((problem: { pointer: string }) => problem.pointer)).toEqual([pointer])
  expect((await sdk.users.list()).total).toBe(0)
})

test('authentication.signUp refuses letters that only look like those of an address, and keeps tags apart', async () => {
  const { browser, sdk } = await server.environment()
  const tried = async (email: string) =>
    (await browser().post(path, { email, password: goodPassword })).status
  expect(await tried('kim.ingres@example.com')).toBe(201)
  for (const email of [
    '\u212Aim.ingres@example.com',
    'kim.\u0130ngres@example.com',
    'kim.ingr\u0435s@example.com',
    'kim.ingres@\uFF45xample.com',
    'kim.ingre\u017F@example.com',
    'kim.ingres@exämple.com',
    'kim.ingres\u200B@example.com',
    ' kim.ingres@example.com',
  ]) {
    expect([email, await tried(email)]).toEqual([email, 400])
  }
  // Whether mail to these ends up in one mailbox only its provider knows, so they are different addresses.
  expect(await tried('kim.ingres+news@example.com')).toBe(201)
  expect(await tried('kimingres@example.com')).toBe(201)
  // A domain of other letters has a name in ASCII, and is another domain.
  expect(await tried('kim.ingres@xn--exmple-cua.com')).toBe(201)
  expect((await sdk.users.list()).total).toBe(4)
})

test('authentication.signUp makes one user of 20 sign-ups that arrive together', async () => {
  const { browser, sdk } = await server.environment()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      // Half of them shout, because the case of an address must not matter to the race either.
      browser().post(path, { email: i % 2 ? 'ada@example.com' : 'ADA@example.com', password: goodPassword }),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'email_already_exists')).toHaveLength(19)
  expect((await sdk.users.list()).total).toBe(1)
  expect((await sdk.sessions.list()).total).toBe(1)
})

test('authentication.signUp limits how many come from one address in a minute, forged headers or not', async () => {
  const { browser } = await server.environment()
  // Too weak, so that none of them costs a hash: a sign-up counts before its password is looked at.
  const signUp = (i: number) =>
    browser().post(
      path,
      { email: `${i}@example.com`, password: 'weak' },
      { 'x-forwarded-for': `203.0.113.${i}`, forwarded: `for=203.0.113.${i}`, 'x-real-ip': `203.0.113.${i}` },
    )
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => signUp(i)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]))

  const { status, headers, body } = await signUp(60)
  expect([status, body.code, body.message]).toEqual([429, 'signup_rate_limited', 'signup_rate_limited'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)

  server.clock.advance({ seconds: 61 })
  expect((await signUp(61)).body.code).toBe('password_too_short')
})
