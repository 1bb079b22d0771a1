import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('me.revokeSession ends another client of this user at once', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const lost = environment.browser()
  const signIn = '/v1/auth/sign-in/email-password'
  const { sessionId } = (await lost.post(signIn, { email: ada.email, password: goodPassword })).body

  const { status, body } = await ada.post(`/v1/me/sessions/${sessionId}/revoke`)
  expect(status).toBe(200)
  expect(body.session).toMatchObject({ id: sessionId, status: 'revoked', endedAt: expect.any(String) })
  expect((await lost.get('/v1/me')).status).toBe(401)
  expect((await lost.post('/v1/auth/sessions/refresh')).status).toBe(401)
  expect((await ada.get('/v1/me')).status).toBe(200)

  const repeated = await ada.post(`/v1/me/sessions/${sessionId}/revoke`)
  expect([repeated.status, repeated.body]).toEqual([200, body])
  const [event, ...more] = (await environment.sdk.events.list({ type: 'session.revoked' })).items
  expect(more).toEqual([])
  expect(event).toMatchObject({ actor: { type: 'user', id: ada.userId }, data: { session: body.session } })
})

test("me.revokeSession knows somebody else's session as little as none", async () => {
  const [environment, other] = await Promise.all([server.environment(), server.environment()])
  const [ada, eve, stranger] = [
    await environment.signedUp(),
    await environment.signedUp(),
    await other.signedUp(),
  ]
  const idOf = async ({ sdk }: typeof environment, { userId }: { userId: string }) =>
    (await sdk.sessions.list({ userId })).items[0]?.id ?? ''
  const refusals = []
  for (const id of [
    await idOf(environment, eve),
    await idOf(other, stranger),
    crypto.randomUUID(),
    'bogus-id',
  ]) {
    const { status, body } = await ada.post(`/v1/me/sessions/${id}/revoke`)
    const { requestId: _, ...rest } = body
    refusals.push({ status, ...rest })
  }
  expect(refusals[0]).toMatchObject({ status: 404, code: 'session_not_found' })
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1)
  expect((await eve.get('/v1/me')).status).toBe(200)
  expect((await stranger.get('/v1/me')).status).toBe(200)
  expect((await environment.sdk.events.list({ type: 'session.revoked' })).total).toBe(0)
})
