import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('users.revokeSessions ends and counts the active sessions of the user, who may sign in again', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const second = environment.browser()
  const credentials = { email: ada.email, password: goodPassword }
  await second.post('/v1/auth/sign-in/email-password', credentials)

  expect(await sdk.users.revokeSessions(ada.userId)).toEqual({ ok: true, ended: { sessions: 2 } })
  expect((await ada.get('/v1/me')).status).toBe(401)
  expect((await second.get('/v1/me')).status).toBe(401)
  expect((await eve.get('/v1/me')).status).toBe(200)
  const events = (await sdk.events.list({ type: 'session.revoked' })).items
  expect(events.map(({ data }) => data.reason)).toEqual(['revoked', 'revoked'])
  expect((await sdk.users.get(ada.userId)).isBanned).toBe(false)

  expect(await sdk.users.revokeSessions(ada.userId)).toEqual({ ok: true, ended: { sessions: 0 } })
  expect((await sdk.events.list({ type: 'session.revoked' })).total).toBe(2)
  expect((await ada.post('/v1/auth/sign-in/email-password', credentials)).status).toBe(200)
})

test('users.revokeSessions knows no user of another environment, and none that cannot be one', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const ada = await one.signedUp()
  for (const id of [ada.userId, crypto.randomUUID(), 'bogus-id']) {
    await expect(other.sdk.users.revokeSessions(id)).rejects.toMatchObject({
      status: 404,
      code: 'user_not_found',
    })
  }
  expect((await ada.get('/v1/me')).status).toBe(200)
})
