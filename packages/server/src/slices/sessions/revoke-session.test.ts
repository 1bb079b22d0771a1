import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('sessions.revoke ends the session and its tokens, and records why', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await environment.signedUp()
  const [session] = (await sdk.sessions.list()).items
  server.clock.advance({ seconds: 30 })
  const revoked = await sdk.sessions.revoke(session?.id ?? '')
  expect(revoked).toEqual({ ...session, status: 'revoked', endedAt: expect.any(String) })
  const age = Date.parse(revoked.endedAt ?? '') - Date.parse(revoked.createdAt)
  expect(age).toBeGreaterThanOrEqual(30_000)
  expect(age).toBeLessThan(60_000)
  expect((await ada.get('/v1/me')).body.code).toBe('invalid_session')
  expect((await ada.post('/v1/auth/sessions/refresh')).body.code).toBe('invalid_refresh_token')

  const [event, ...more] = (await sdk.events.list({ type: 'session.revoked' })).items
  expect(more).toEqual([])
  expect(event?.actor.type).toBe('secret_key')
  expect(event?.data).toEqual({ session: revoked, reason: 'revoked' })
})

test('sessions.revoke leaves a session that is over as it ended, and records nothing', async () => {
  const environment = await server.environment({ settings: { sessionLifetimeSeconds: 300 } })
  const { sdk } = environment
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  await environment.signedUp()
  const sessionOf = async ({ userId }: { userId: string }) =>
    (await sdk.sessions.list({ userId })).items[0]?.id ?? ''
  const revoked = await sdk.sessions.revoke(await sessionOf(ada))
  await eve.post('/v1/auth/sign-out')
  server.clock.advance({ seconds: 301 })
  const before = (await sdk.sessions.list()).items
  const { total } = await sdk.events.list()

  expect(before.map(({ status }) => status)).toEqual(['expired', 'ended', 'revoked'])
  expect(await sdk.sessions.revoke(revoked.id)).toEqual(revoked)
  for (const session of before) expect(await sdk.sessions.revoke(session.id)).toEqual(session)
  expect((await sdk.events.list()).total).toBe(total)
})

test('sessions.revoke ends a session once of 20 that arrive together', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await environment.signedUp()
  const id = (await sdk.sessions.list()).items[0]?.id ?? ''
  const answers = await Promise.all(Array.from({ length: 20 }, () => sdk.sessions.revoke(id)))
  expect(new Set(answers.map(({ endedAt }) => endedAt)).size).toBe(1)
  expect((await sdk.events.list({ type: 'session.revoked' })).total).toBe(1)
})

test('sessions.revoke knows no session of another environment, and none that cannot be one', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  await one.signedUp()
  const [session] = (await one.sdk.sessions.list()).items
  for (const id of [session?.id ?? '', crypto.randomUUID(), 'bogus-id', "' or 1=1 --"]) {
    await expect(other.sdk.sessions.revoke(id)).rejects.toMatchObject({
      status: 404,
      code: 'session_not_found',
    })
  }
  expect((await one.sdk.sessions.get(session?.id ?? '')).status).toBe('active')
  expect((await other.sdk.events.list()).total).toBe(0)
})
