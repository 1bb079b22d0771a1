import { type Answer, goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/sign-in/email-password'

test('authentication.signIn starts another session of the user, and sets its cookies', async () => {
  const environment = await server.environment()
  const { userId, email } = await environment.signedUp('ada@example.com')
  const browser = environment.browser()
  const { status, headers, body } = await browser.post(path, { email, password: goodPassword })
  expect(status).toBe(200)
  expect(body.userId).toBe(userId)
  const [, client, session] = headers.getSetCookie()
  expect(client).toMatch(/^__client=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
  expect(session).toBe(`__session=${body.sessionToken}; Path=/; Max-Age=60; SameSite=Lax`)
  expect((await browser.get('/v1/me')).status).toBe(200)
  expect((await environment.sdk.sessions.list({ userId, status: 'active' })).total).toBe(2)
})

test('authentication.signIn finds an address whatever its case', async () => {
  const environment = await server.environment()
  const { userId } = await environment.signedUp('Ada@example.com')
  const { body } = await environment
    .browser()
    .post(path, { email: 'aDA@EXAMPLE.com', password: goodPassword })
  expect(body.userId).toBe(userId)
})

test('authentication.signIn records the session, with the client it is of', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  const { body } = await environment
    .browser()
    .post(
      path,
      { email, password: goodPassword },
      { 'user-agent': 'Netscape 4', 'x-forwarded-for': '203.0.113.9' },
    )
  const [event] = (await environment.sdk.events.list({ type: 'session.created' })).items
  expect(event?.actor).toEqual({ type: 'anonymous', id: null })
  expect(event?.data.session).toMatchObject({
    id: body.sessionId,
    userAgent: 'Netscape 4',
    ipAddress: '127.0.0.1',
  })
})

/** Everything of an answer by which one refusal could be told from another. */
function shape({ status, headers, body }: Answer) {
  const { requestId: _, ...rest } = body
  return { status, body: rest, headers: [...headers.keys()].sort(), cookies: headers.getSetCookie() }
}

test('authentication.signIn refuses unknown, wrong and banned in the same words, and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await environment.signedUp('ada@example.com')
  const banned = await environment.signedUp('eve@example.com')
  await sdk.users.ban(banned.userId, { reason: 'spam' })
  await sdk.users.create({ email: 'no-password@example.com' })
  const { total } = await sdk.events.list()

  const attempt = (email: string, password: string) => environment.browser().post(path, { email, password })
  const unknown = await attempt('nobody@example.com', goodPassword)
  expect(unknown.status).toBe(401)
  expect(unknown.body).toMatchObject({
    code: 'invalid_credentials',
    message: 'invalid_credentials',
    errors: [],
  })
  const expected = shape(unknown)
  expect(shape(await attempt('ada@example.com', `${goodPassword}!`))).toEqual(expected)
  expect(shape(await attempt('ada@example.com', goodPassword.toLowerCase()))).toEqual(expected)
  expect(shape(await attempt('eve@example.com', goodPassword))).toEqual(expected)
  expect(shape(await attempt('eve@example.com', 'wrong'))).toEqual(expected)
  expect(shape(await attempt('no-password@example.com', goodPassword))).toEqual(expected)
  expect(shape(await attempt('no-password@example.com', 'the password of nobody'))).toEqual(expected)
  expect((await sdk.events.list()).total).toBe(total)
})

test('authentication.signIn lets nobody of another environment in', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const { email } = await one.signedUp()
  expect((await other.browser().post(path, { email, password: goodPassword })).status).toBe(401)
})

test('authentication.signIn takes a user back when a ban is over', async () => {
  const environment = await server.environment()
  const { userId, email } = await environment.signedUp()
  const expiresAt = new Date(server.clock.now() + 3_600_000).toISOString()
  await environment.sdk.users.ban(userId, { expiresAt })
  const attempt = async () =>
    (await environment.browser().post(path, { email, password: goodPassword })).status
  expect(await attempt()).toBe(401)
  server.clock.advance({ minutes: 61 })
  expect(await attempt()).toBe(200)
})

test('authentication.signIn refuses a user who is banned while the password is being checked', async () => {
  const environment = await server.environment()
  const { userId, email } = await environment.signedUp()
  const ban = await server.owner.connect()
  try {
    await ban.query('begin')
    await ban.query('update users set banned_at = now() where id = $1', [userId])
    const signingIn = environment.browser().post(path, { email, password: goodPassword })
    // The sign-in has read a user who is not banned, and now waits for the row that the ban holds.
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    const isWaiting = async () => (await server.owner.query(waiting)).rowCount
    await expect.poll(isWaiting, { interval: 5 }).toBe(1)
    await ban.query('commit')
    expect((await signingIn).body.code).toBe('invalid_credentials')
  } finally {
    ban.release()
  }
  expect((await environment.sdk.sessions.list({ userId })).total).toBe(1)
})

test('authentication.signIn refuses a password that is replaced while it is being checked', async () => {
  const environment = await server.environment()
  const { userId, email } = await environment.signedUp()
  const change = await server.owner.connect()
  try {
    await change.query('begin')
    await change.query('select from users where id = $1 for update', [userId])
    await change.query("update user_passwords set hash = hash || 'x' where user_id = $1", [userId])
    const signingIn = environment.browser().post(path, { email, password: goodPassword })
    // The password was right when it was compared, and the sign-in now waits for whoever replaces it.
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    const isWaiting = async () => (await server.owner.query(waiting)).rowCount
    await expect.poll(isWaiting, { interval: 5, timeout: 10_000 }).toBe(1)
    await change.query('commit')
    expect((await signingIn).body.code).toBe('invalid_credentials')
  } finally {
    change.release()
  }
  expect((await environment.sdk.sessions.list({ userId })).total).toBe(1)
})

test('authentication.signIn starts a new session whatever cookies were planted, and ends the one they belong to', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const eve = await environment.signedUp()
  const planted = environment.browser()
  for (const [name, value] of eve.cookies) planted.cookies.set(name, value)

  const { body } = await planted.post(path, { email: ada.email, password: goodPassword })
  expect(body.userId).toBe(ada.userId)
  expect(planted.cookies.get('__client')).toBe(body.refreshToken)
  expect(planted.cookies.get('__session')).toBe(body.sessionToken)
  const sessions = (await environment.sdk.sessions.list()).items
  expect(sessions.map(({ userId }) => userId).sort()).toEqual([ada.userId, ada.userId, eve.userId].sort())
  // What Eve knows was a session of Eve and of nobody else, and this browser has replaced it.
  expect((await eve.get('/v1/me')).status).toBe(401)
  expect((await eve.post('/v1/auth/sessions/refresh')).status).toBe(401)
  expect((await planted.get('/v1/me')).body.user.id).toBe(ada.userId)
})

test('authentication.signIn gives every sign-in a session of its own', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const ids = new Set<string>()
  for (let i = 0; i < 3; i++)
    ids.add((await ada.post(path, { email: ada.email, password: goodPassword })).body.sessionId)
  expect(ids.size).toBe(3)
})

test.each([
  ['an accent typed in two strokes', 'Pass\u00e9-123-word', 'Passe\u0301-123-word'],
  ['full-width letters', 'Ｃｏｒｒｅｃｔ-horse-9', 'Correct-horse-9'],
  ['a ligature', 'Correct-oﬃce-9', 'Correct-office-9'],
  ['an emoji with a compatibility form beside it', '🔑Correct-①', '🔑Correct-1'],
])('authentication.signIn takes a password typed another way: %s', async (_what, chosen, typed) => {
  const { browser } = await server.environment()
  const email = 'ada@example.com'
  const signUp = await browser().post('/v1/auth/sign-up/email-password', { email, password: chosen })
  expect(signUp.status).toBe(201)
  expect((await browser().post(path, { email, password: typed })).status).toBe(200)
  expect((await browser().post(path, { email, password: `${typed} ` })).status).toBe(401)
})

test('authentication.signIn compares all of a password of 1,024 characters, however much NFKC makes of it', async () => {
  const passwordPolicy = { lengthMin: 8, uppercase: false, lowercase: false, digit: false, symbol: false }
  const { browser } = await server.environment({ settings: { passwordPolicy } })
  // U+FDFA becomes 18 characters, the most that one character does.
  for (const [letter, other] of [
    ['a', 'b'],
    ['\u{fdfa}', 'b'],
    ['🔑', '🔒'],
  ] as const) {
    const email = `${crypto.randomUUID()}@example.com`
    const password = letter.repeat(1_024)
    expect((await browser().post('/v1/auth/sign-up/email-password', { email, password })).status).toBe(201)
    expect((await browser().post(path, { email, password })).status).toBe(200)
    expect((await browser().post(path, { email, password: letter.repeat(1_023) + other })).status).toBe(401)
    expect((await browser().post(path, { email, password: letter.repeat(1_023) })).status).toBe(401)
    expect((await browser().post(path, { email, password: letter.repeat(1_025) })).status).toBe(400)
  }
})

test('authentication.signIn refuses a password with NUL by name', async () => {
  const { browser } = await server.environment()
  const { status, body } = await browser().post(path, { email: 'ada@example.com', password: 'a\u0000b' })
  expect([status, body.errors[0].code]).toEqual([400, 'unstorable_text'])
})

test('authentication.signIn counts only attempts against an account, not bodies without a password', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  for (let i = 0; i < 12; i++) {
    expect((await environment.browser().post(path, { email: ada.email })).status).toBe(400)
  }
  expect((await ada.post(path, { email: ada.email, password: goodPassword })).status).toBe(200)
})
