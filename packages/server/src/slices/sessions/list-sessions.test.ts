import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const signInPath = '/v1/auth/sign-in/email-password'

test('sessions.list answers every session, newest first, with the exact total and a cursor', async () => {
  const environment = await server.environment()
  const users = [await environment.signedUp(), await environment.signedUp(), await environment.signedUp()]
  const page = await environment.sdk.sessions.list({ limit: 2 })
  expect(page).toMatchObject({ total: 3, limit: 2, offset: 0 })
  const rest = await page.nextPage()
  expect([...page.items, ...(rest?.items ?? [])].map(({ userId }) => userId)).toEqual(
    users.map(({ userId }) => userId).reverse(),
  )
  expect(rest?.nextCursor).toBeNull()
  expect(page.items[0]).toEqual({
    id: expect.any(String),
    userId: users[2]?.userId,
    status: 'active',
    activeOrgId: null,
    deviceId: expect.any(String),
    deviceName: 'Node.js',
    ipAddress: '127.0.0.1',
    userAgent: 'node',
    createdAt: expect.any(String),
    lastActiveAt: expect.any(String),
    expiresAt: expect.any(String),
    endedAt: null,
  })
})

test('sessions.list filters by user and by status, and counts what it filters', async () => {
  const environment = await server.environment({ settings: { sessionLifetimeSeconds: 300 } })
  const { sessions } = environment.sdk
  const ada = await environment.signedUp()
  const expired = (await sessions.list()).items[0]?.id
  server.clock.advance({ seconds: 301 })
  const signIn = async () => {
    const browser = environment.browser()
    const { body } = await browser.post(signInPath, { email: ada.email, password: goodPassword })
    return { browser, id: body.sessionId as string }
  }
  const [revoked, ended, active] = [await signIn(), await signIn(), await signIn()]
  await sessions.revoke(revoked.id)
  await ended.browser.post('/v1/auth/sign-out')
  const eve = await environment.signedUp()

  const found = async (query: Parameters<typeof sessions.list>[0]) => {
    const page = await sessions.list(query)
    expect(page.total).toBe(page.items.length)
    return page.items.map(({ id, status }) => [id, status])
  }
  const { userId } = ada
  expect(await found({ userId, status: 'active' })).toEqual([[active.id, 'active']])
  expect(await found({ userId, status: 'ended' })).toEqual([[ended.id, 'ended']])
  expect(await found({ userId, status: 'revoked' })).toEqual([[revoked.id, 'revoked']])
  expect(await found({ userId, status: 'expired' })).toEqual([[expired, 'expired']])
  expect(await found({ status: 'active' })).toHaveLength(2)
  expect(await found({ userId })).toHaveLength(4)
  expect(await found({ userId: eve.userId })).toHaveLength(1)
  expect(await found({})).toHaveLength(5)
})

test('sessions.list finds a user by the prefixed form of the id, and nobody by what is none', async () => {
  const environment = await server.environment()
  const { userId } = await environment.signedUp()
  const { sessions } = environment.sdk
  expect((await sessions.list({ userId: `usr_${userId.replaceAll('-', '')}` })).total).toBe(1)
  for (const bogus of ['bogus-id', "' or 1=1 --", crypto.randomUUID(), '%']) {
    expect(await sessions.list({ userId: bogus })).toMatchObject({ sessions: [], total: 0 })
  }
})

test('sessions.list refuses a status that there is not', async () => {
  const { sdk } = await server.environment()
  await expect(sdk.sessions.list({ status: 'lost' as never })).rejects.toMatchObject({
    status: 400,
    errors: [{ pointer: '/query/status' }],
  })
})

test('sessions.list shows nothing of another environment, not even to a cursor or an id from there', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const [ada] = [await one.signedUp(), await one.signedUp()]
  const { nextCursor } = await one.sdk.sessions.list({ limit: 1 })
  expect(nextCursor).not.toBeNull()
  expect((await other.sdk.sessions.list({ after: nextCursor ?? '' })).items).toEqual([])
  expect((await other.sdk.sessions.list({ userId: ada.userId })).total).toBe(0)
  expect((await other.sdk.sessions.list()).total).toBe(0)
})
