import type { Claviger, User } from '@claviger/sdk'
import { type Browser, goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

async function typesOf(sdk: Claviger): Promise<string[]> {
  return (await sdk.events.list()).events.map(({ type }) => type)
}

/** Signs in where nobody has been, and answers with what the browser then holds. */
async function signIn(
  environment: TestEnvironment,
  email: string,
): Promise<{ status: number; browser: Browser }> {
  const browser = environment.browser()
  const { status } = await browser.post('/v1/auth/sign-in/email-password', { email, password: goodPassword })
  return { status, browser }
}

/** A user with two sessions that run and one that has been signed out of. */
async function withSessions(environment: TestEnvironment) {
  const first = await environment.signedUp()
  const { browser: second } = await signIn(environment, first.email)
  const { browser: over } = await signIn(environment, first.email)
  await over.post('/v1/auth/sign-out')
  return { id: first.userId, email: first.email, browsers: [first, second] }
}

async function activeSessions(sdk: Claviger, userId: string): Promise<number> {
  return (await sdk.sessions.list({ userId, status: 'active' })).total
}

const inSeconds = (seconds: number) => new Date(server.clock.now() + seconds * 1_000).toISOString()

test('users.ban ends every session at once, says how many, and keeps the user out', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, email, browsers } = await withSessions(environment)
  expect(await activeSessions(sdk, id)).toBe(2)

  const { user, ended } = await sdk.users.ban(id, { reason: 'tos_violation' })

  expect(user).toMatchObject({ id, isBanned: true, banReason: 'tos_violation', banExpiresAt: null })
  expect(await sdk.users.get(id)).toEqual(user)
  expect(ended).toEqual({ sessions: 2, apiKeys: 0 })
  expect(await activeSessions(sdk, id)).toBe(0)
  for (const browser of browsers) {
    expect(await browser.get('/v1/me')).toMatchObject({ status: 401, body: { message: 'invalid_session' } })
    expect((await browser.post('/v1/auth/sessions/refresh')).status).toBe(401)
  }
  expect((await signIn(environment, email)).status).toBe(401)
})

test('users.ban lets the right password of a banned user look like a wrong one', async () => {
  const environment = await server.environment()
  const { userId, email } = await environment.signedUp()
  await environment.sdk.users.ban(userId)
  const attempt = (password: string) =>
    environment.browser().post('/v1/auth/sign-in/email-password', { email, password })
  const [right, wrong] = [await attempt(goodPassword), await attempt('Wrong-horse-battery-9')]
  expect(right.status).toBe(401)
  expect({ ...right.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' })
})

test('users.ban records the ban and each session that it ended, once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await withSessions(environment)
  const before = (await sdk.events.list()).total
  const answer = await sdk.users.ban(id)
  const { events, total } = await sdk.events.list()
  expect(total - before).toBe(3)
  expect(events.slice(0, 3).map(({ type }) => type)).toEqual([
    'user.banned',
    'session.revoked',
    'session.revoked',
  ])
  expect(events[0]?.data).toEqual(answer)
  expect(events[1]?.data).toMatchObject({ session: { userId: id, status: 'revoked' }, reason: 'user_banned' })
})

test('users.ban leaves every other user alone', async () => {
  const environment = await server.environment()
  const [banned, other] = [await environment.signedUp(), await environment.signedUp()]
  await environment.sdk.users.ban(banned.userId)
  expect((await other.get('/v1/me')).status).toBe(200)
  expect(await environment.sdk.users.get(other.userId)).toMatchObject({ isBanned: false })
})

test.each([
  ['no body', undefined],
  ['a reason that is null', { reason: null }],
  ['an end that is null', { expiresAt: null }],
])('users.ban with %s bans for good and without a reason', async (_, body) => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const { user, ended } = await sdk.users.ban(id, body)
  expect(user).toMatchObject({ isBanned: true, banReason: null, banExpiresAt: null })
  expect(ended).toEqual({ sessions: 0, apiKeys: 0 })
  server.clock.advance({ days: 3_650 })
  expect((await sdk.users.get(id)).isBanned).toBe(true)
})

test('users.ban without a body bans for good, and refuses one that is null', async () => {
  const environment = await server.environment()
  const { id } = await environment.sdk.users.create({})
  const headers = { authorization: `Bearer ${environment.secretKey}` }
  const banWith = (body: unknown) => environment.browser().post(`/v1/admin/users/${id}/ban`, body, headers)
  expect((await banWith(null)).status).toBe(400)
  expect((await environment.sdk.users.get(id)).isBanned).toBe(false)
  expect((await banWith(undefined)).status).toBe(200)
  expect((await environment.sdk.users.get(id)).isBanned).toBe(true)
})

test('users.ban with an end ends by itself, at that instant and with all that it said', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { userId, email } = await environment.signedUp()
  const expiresAt = inSeconds(60)
  const { user } = await sdk.users.ban(userId, { reason: 'cool off', expiresAt })
  expect(user).toMatchObject({ isBanned: true, banReason: 'cool off', banExpiresAt: expiresAt })

  server.clock.advance({ seconds: 50 })
  expect(await sdk.users.get(userId)).toMatchObject({ isBanned: true, banReason: 'cool off' })
  expect((await signIn(environment, email)).status).toBe(401)

  server.clock.advance({ seconds: 11 })
  expect(await sdk.users.get(userId)).toMatchObject({ isBanned: false, banReason: null, banExpiresAt: null })
  expect((await sdk.users.list()).users).toMatchObject([
    { isBanned: false, banReason: null, banExpiresAt: null },
  ])
  expect((await signIn(environment, email)).status).toBe(200)
})

test('users.ban takes the end in any time zone and answers it in UTC', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  for (const [expiresAt, utc] of [
    ['2999-01-01T12:00:00+03:00', '2999-01-01T09:00:00.000Z'],
    ['2999-01-01T12:00:00.12Z', '2999-01-01T12:00:00.120Z'],
    ['2999-01-01T12:00:00+15:59', '2998-12-31T20:01:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ] as const) {
    expect((await sdk.users.ban(id, { expiresAt })).user.banExpiresAt).toBe(utc)
    expect((await sdk.users.get(id)).banExpiresAt).toBe(utc)
  }
})

test.each([
  ['is over already', '2020-01-01T00:00:00.000Z', 'not_in_future'],
  ['lies in the year 0', '0000-01-01T00:00:00Z', 'format'],
  ['lies behind the year 9999', '9999-12-31T23:59:59-12:00', 'format'],
  ['has an offset that PostgreSQL does not know', '2999-01-01T00:00:00+23:59', 'format'],
  ['is no instant', 'tomorrow', 'format'],
  ['is a day that no month has', '2999-02-30T00:00:00Z', 'format'],
  ['is a number', 4_102_444_800, 'type'],
])('users.ban refuses an end that %s: sessions go on and nothing is recorded', async (_, expiresAt, code) => {
  const environment = await server.environment()
  const browser = await environment.signedUp()
  const before = await environment.sdk.events.list()
  const refused = environment.sdk.users.ban(browser.userId, { expiresAt: expiresAt as string })
  await expect(refused).rejects.toMatchObject({ status: 400, errors: [{ pointer: '/expiresAt', code }] })
  expect((await browser.get('/v1/me')).status).toBe(200)
  expect((await environment.sdk.users.get(browser.userId)).isBanned).toBe(false)
  expect(await environment.sdk.events.list()).toEqual(before)
})

test('users.ban of a banned user amends the ban, and the time it began stays', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.users.create({})
  const beganAt = async () => {
    const { rows } = await server.owner.query('select banned_at from users where id = $1', [id])
    return rows[0].banned_at as Date
  }
  await sdk.users.ban(id, { reason: 'first' })
  const began = await beganAt()
  server.clock.advance({ minutes: 1 })
  const expiresAt = inSeconds(60)
  expect((await sdk.users.ban(id, { reason: 'second', expiresAt })).user).toMatchObject({
    banReason: 'second',
    banExpiresAt: expiresAt,
  })
  expect(await beganAt()).toEqual(began)
  server.clock.advance({ minutes: 2 })
  await sdk.users.ban(id)
  expect((await beganAt()).getTime()).toBeGreaterThan(began.getTime())
})

test('users.ban leaves no session behind when the user signs in at the same time', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { userId, email } = await environment.signedUp()
  const [banned, ...signIns] = await Promise.all([
    sdk.users.ban(userId),
    ...Array.from({ length: 8 }, () => signIn(environment, email)),
  ])
  expect(banned.user.isBanned).toBe(true)
  expect(await activeSessions(sdk, userId)).toBe(0)
  for (const { browser } of signIns) expect((await browser.get('/v1/me')).status).toBe(401)
})

test('users.unban clears the ban; what it ended stays ended, and the user may sign in', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const browser = await environment.signedUp()
  await sdk.users.ban(browser.userId, { reason: 'a mistake', expiresAt: inSeconds(3_600) })
  const user = await sdk.users.unban(browser.userId)
  expect(user).toMatchObject({ isBanned: false, banReason: null, banExpiresAt: null })
  expect(await sdk.users.get(browser.userId)).toEqual(user)
  expect((await browser.get('/v1/me')).status).toBe(401)
  expect((await signIn(environment, browser.email)).status).toBe(200)
})

test('users.unban records the lifting of a ban, once, and nothing for a user without one', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({})
  expect(await sdk.users.unban(user.id)).toEqual(user)
  expect(await typesOf(sdk)).toEqual(['user.created'])
  await sdk.users.ban(user.id)
  const unbanned = await sdk.users.unban(user.id)
  await sdk.users.unban(user.id)
  const { events } = await sdk.events.list()
  expect(events.map(({ type }) => type)).toEqual(['user.unbanned', 'user.banned', 'user.created'])
  expect(events[0]?.data).toEqual({ user: unbanned })
})

test('users.unban records nothing for a ban that has expired', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  await sdk.users.ban(id, { expiresAt: inSeconds(60) })
  server.clock.advance({ minutes: 2 })
  expect((await sdk.users.unban(id)).isBanned).toBe(false)
  expect(await typesOf(sdk)).toEqual(['user.banned', 'user.created'])
})

/** A user without what tells it from another one. */
function anonymized({ id, did, email, emails, authMethods, createdAt, updatedAt, ...rest }: User) {
  return rest
}

test('users.update with isBanned does what users.ban and users.unban do', async () => {
  const [byBan, byPatch] = [await server.environment(), await server.environment()]
  const [one, two] = [await withSessions(byBan), await withSessions(byPatch)]
  const expiresAt = inSeconds(3_600)

  const banned = await byBan.sdk.users.ban(one.id, { reason: 'spam', expiresAt })
  const patched = await byPatch.sdk.users.update(two.id, {
    isBanned: true,
    banReason: 'spam',
    banExpiresAt: expiresAt,
  })
  expect(anonymized(patched)).toEqual(anonymized(banned.user))
  expect(await typesOf(byPatch.sdk)).toEqual(await typesOf(byBan.sdk))
  expect((await byPatch.sdk.events.list()).events[0]?.data).toMatchObject({
    ended: { sessions: 2, apiKeys: 0 },
  })
  for (const browser of two.browsers) expect((await browser.get('/v1/me')).status).toBe(401)
  expect((await signIn(byPatch, two.email)).status).toBe(401)

  const unbanned = await byBan.sdk.users.unban(one.id)
  const lifted = await byPatch.sdk.users.update(two.id, { isBanned: false, banReason: null })
  expect(anonymized(lifted)).toEqual(anonymized(unbanned))
  expect(await typesOf(byPatch.sdk)).toEqual(await typesOf(byBan.sdk))
  expect((await signIn(byPatch, two.email)).status).toBe(200)
})

test('users.update changes one term of a ban in force and keeps the other', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const expiresAt = inSeconds(3_600)
  await sdk.users.ban(id, { reason: 'spam', expiresAt })
  expect(await sdk.users.update(id, { banReason: 'fraud' })).toMatchObject({
    isBanned: true,
    banReason: 'fraud',
    banExpiresAt: expiresAt,
  })
  expect(await sdk.users.update(id, { banExpiresAt: null })).toMatchObject({
    isBanned: true,
    banReason: 'fraud',
    banExpiresAt: null,
  })
})

test('users.update keeps both terms of a ban that are changed at once', async () => {
  const { sdk } = await server.environment()
  const users = await Promise.all(Array.from({ length: 10 }, () => sdk.users.create({})))
  const terms = { banReason: 'fraud', banExpiresAt: inSeconds(3_600) }
  await Promise.all(users.map(({ id }) => sdk.users.ban(id, { reason: 'spam' })))
  await Promise.all(
    users.flatMap(({ id }) => [
      sdk.users.update(id, { banReason: terms.banReason }),
      sdk.users.update(id, { banExpiresAt: terms.banExpiresAt }),
    ]),
  )
  for (const user of (await sdk.users.list()).users) expect(user).toMatchObject(terms)
})

test('users.update bans for good after a ban that has expired, with none of its terms', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  await sdk.users.ban(id, { reason: 'old', expiresAt: inSeconds(60) })
  server.clock.advance({ minutes: 2 })
  const user = await sdk.users.update(id, { isBanned: true })
  expect(user).toMatchObject({ isBanned: true, banReason: null, banExpiresAt: null })
})

test('users.update of the terms of a ban does nothing to a user who is not banned', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({})
  expect(await sdk.users.update(user.id, { banReason: 'x', banExpiresAt: inSeconds(60) })).toEqual(user)
  expect(await typesOf(sdk)).toEqual(['user.created'])
})

test('users.update bans and changes fields in one call, and records both', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const user = await sdk.users.update(id, { isBanned: true, banReason: 'spam', username: 'spammer' })
  expect(user).toMatchObject({ isBanned: true, banReason: 'spam', username: 'spammer' })
  expect(await typesOf(sdk)).toEqual(['user.updated', 'user.banned', 'user.created'])
})

test.each(['ban', 'unban'] as const)('users.%s answers 404 for an id that is nobody’s here', async (verb) => {
  const [own, other] = [await server.environment(), await server.environment()]
  const foreign = await other.sdk.users.create({})
  for (const id of ['bogus-id', newId(), foreign.id]) {
    await expect(own.sdk.users[verb](id)).rejects.toMatchObject({ status: 404, detail: 'User not found' })
  }
  expect(await other.sdk.users.get(foreign.id)).toEqual(foreign)
  expect(await typesOf(own.sdk)).toEqual([])
})

test.each([
  ['a reason that is too long', { reason: 'x'.repeat(501) }],
  ['a reason that is a number', { reason: 1 }],
  ['a field that it does not know', { isBanned: false }],
])('users.ban refuses %s, and bans nobody', async (_, body) => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({})
  await expect(sdk.users.ban(user.id, body as object)).rejects.toMatchObject({ code: 'invalid_request' })
  expect(await sdk.users.get(user.id)).toEqual(user)
})
