import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('me.listSessions lists the sessions of this user alone, over or not, newest first', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await environment.signedUp()
  const phone = environment.browser()
  await phone.post('/v1/auth/sign-in/email-password', { email: ada.email, password: goodPassword })
  await phone.post('/v1/auth/sign-out')

  const { status, body } = await ada.get('/v1/me/sessions')
  expect(status).toBe(200)
  expect(body.total).toBe(2)
  expect(body.sessions).toEqual((await environment.sdk.sessions.list({ userId: ada.userId })).items)
  expect(body.sessions.map((session: { status: string }) => session.status)).toEqual(['ended', 'active'])

  const first = (await ada.get('/v1/me/sessions?limit=1')).body
  const second = (await ada.get(`/v1/me/sessions?limit=1&after=${first.nextCursor}`)).body
  expect([...first.sessions, ...second.sessions]).toEqual(body.sessions)
  expect(second.nextCursor).toBeNull()
})

test('me.listSessions lets no query ask for somebody else', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const { body } = await ada.get(`/v1/me/sessions?userId=${eve.userId}`)
  expect(body.sessions.map(({ userId }: { userId: string }) => userId)).toEqual([ada.userId])
})
