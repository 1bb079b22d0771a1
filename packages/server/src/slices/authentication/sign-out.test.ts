import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const path = '/v1/auth/sign-out'
const forgotten = [
  '__client=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
  '__session=; Path=/; Max-Age=0; SameSite=Lax',
]

test('authentication.signOut ends this session alone, and takes both cookies away', async () => {
  const environment = await server.environment()
  const here = await environment.signedUp()
  const there = environment.browser()
  const signIn = '/v1/auth/sign-in/email-password'
  const { sessionId } = (await there.post(signIn, { email: here.email, password: goodPassword })).body

  const { status, headers, body } = await here.post(path)
  expect([status, body]).toEqual([200, { ok: true }])
  expect(headers.getSetCookie()).toEqual(forgotten)
  expect([...here.cookies.keys()]).toEqual(['__device'])

  const sessions = (await environment.sdk.sessions.list({ userId: here.userId })).items
  expect(sessions.map(({ id, status }) => [id === sessionId, status])).toEqual([
    [true, 'active'],
    [false, 'ended'],
  ])
  expect((await there.get('/v1/me')).status).toBe(200)
  const events = (await environment.sdk.events.list({ type: 'session.ended' })).items
  expect(events).toHaveLength(1)
  expect(events[0]?.actor).toEqual({ type: 'user', id: here.userId })
  expect(events[0]?.data.session).toMatchObject({
    id: sessions[1]?.id,
    status: 'ended',
    endedAt: sessions[1]?.endedAt,
  })
})

test('authentication.signOut makes the session token and the refresh token worthless at once', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const stolen = environment.browser()
  for (const [name, value] of ada.cookies) stolen.cookies.set(name, value)

  expect((await ada.post(path)).status).toBe(200)
  expect((await stolen.get('/v1/me')).body.code).toBe('invalid_session')
  expect((await stolen.post(path)).body.code).toBe('invalid_session')
  expect((await stolen.post('/v1/auth/sessions/refresh')).body.code).toBe('invalid_refresh_token')
})

test('authentication.signOut takes a bearer token, and says not_signed_in without one', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const client = environment.browser()
  const authorization = `Bearer ${ada.cookies.get('__session')}`
  expect((await client.post(path, undefined, { authorization })).status).toBe(200)
  expect((await environment.sdk.sessions.list({ status: 'ended' })).total).toBe(1)
  const anonymous = await client.post(path)
  expect([anonymous.status, anonymous.body.code]).toEqual([401, 'not_signed_in'])
})

test('authentication.signOut ends the session of a browser that was away for longer than its token lives', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  server.clock.advance({ minutes: 5 })
  expect((await ada.get('/v1/me')).status).toBe(401)
  // A refresh token alone opens nothing else.
  ada.cookies.delete('__session')
  expect((await ada.get('/v1/me')).status).toBe(401)
  expect((await ada.post('/v1/auth/sign-out')).status).toBe(200)
  expect((await environment.sdk.sessions.list({ userId: ada.userId })).items).toMatchObject([
    { status: 'ended' },
  ])
})

test('authentication.signOut by refresh token is refused to a copy, a forgery and a foreign page', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const copy = ada.cookies.get('__client') as string
  for (let i = 0; i < 2; i++) {
    server.clock.advance({ minutes: 1 })
    expect((await ada.post('/v1/auth/sessions/refresh')).status).toBe(200)
  }
  const thief = environment.browser()
  const altered = copy.replace(/\.(.)/, (_, first) => (first === 'B' ? '.C' : '.B'))
  for (const token of [copy, altered, 'garbage', '']) {
    thief.cookies.set('__client', token)
    expect([token, (await thief.post('/v1/auth/sign-out')).status]).toEqual([token, 401])
  }
  ada.cookies.delete('__session')
  const foreign = await ada.post('/v1/auth/sign-out', undefined, { origin: 'https://evil.example' })
  expect(foreign.status).toBe(403)
  expect((await environment.sdk.sessions.list({ status: 'active' })).total).toBe(1)
})
