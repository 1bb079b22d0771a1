import { createHash } from 'node:crypto'
import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

/** What the server answers to these headers: the status and the code. */
async function ask(path: string, headers: Record<string, string>) {
  const answer = await fetch(server.url + path, { headers })
  const { code } = JSON.parse(await answer.text())
  return code === undefined ? answer.status : [answer.status, code]
}

test('me.get reads the session from the cookie or the bearer token, and from nowhere else', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = ada.cookies.get('__session') ?? ''
  expect(await ask('/v1/me', { cookie: `__session=${token}` })).toBe(200)
  expect(await ask('/v1/me', { cookie: `other=1; __session=${token}` })).toBe(200)
  expect(await ask('/v1/me', { authorization: `Bearer ${token}` })).toBe(200)
  expect(await ask('/v1/me', { authorization: `bearer   ${token}` })).toBe(200)
  const nothing = [401, 'not_signed_in']
  expect(await ask('/v1/me', {})).toEqual(nothing)
  expect(await ask('/v1/me', { cookie: '__session=' })).toEqual(nothing)
  expect(await ask('/v1/me', { cookie: `__client=${ada.cookies.get('__client')}` })).toEqual(nothing)
  expect(await ask('/v1/me', { 'x-session-token': token, 'x-authorization': `Bearer ${token}` })).toEqual(
    nothing,
  )
  for (const name of ['token', 'access_token', '__session', 'authorization']) {
    expect(await ask(`/v1/me?${name}=${token}`, {})).toEqual(nothing)
  }
})

test('me.get believes the bearer token before the cookie', async () => {
  const environment = await server.environment()
  const [ada, eve] = [await environment.signedUp(), await environment.signedUp()]
  const { body } = await ada.get('/v1/me', { authorization: `Bearer ${eve.cookies.get('__session')}` })
  expect(body.user.id).toBe(eve.userId)
  // A bad one is refused, and not forgiven for the sake of a good cookie.
  const spoiled = await ada.get('/v1/me', { authorization: 'Bearer a.b.c' })
  expect([spoiled.status, spoiled.body.code]).toEqual([401, 'invalid_session'])
})

test.each([
  ['Basic dXNlcjpwYXNz', 'invalid_api_key'],
  ['Bearer', 'invalid_api_key'],
  ['Bearer two tokens', 'invalid_api_key'],
  ['Bearer garbage', 'invalid_api_key'],
  ['Bearer a.b', 'invalid_api_key'],
  ['Bearer a.b.c.d', 'invalid_api_key'],
  ['Bearer a.b.c', 'invalid_session'],
  ['Bearer a.b\tb.c', 'invalid_api_key'],
  ['Bearer é.b.c', 'invalid_api_key'],
  ['Bearer ..', 'invalid_session'],
  ['Bearer sk_test_', 'invalid_api_key'],
  [`Bearer sk_live_${'0'.repeat(49)}`, 'invalid_api_key'],
  ['Bearer op_', 'invalid_api_key'],
  ['', 'invalid_api_key'],
])('authenticate refuses the credential «%s» on every route', async (authorization, code) => {
  for (const path of ['/v1/me', '/v1/admin/users']) {
    expect([path, await ask(path, { authorization })]).toEqual([path, [401, code]])
  }
})

test('me.get refuses a token with white space in its signature, which some decoders pass over', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const token = ada.cookies.get('__session') ?? ''
  const spaced = `${token.slice(0, -8)}\t${token.slice(-8)}`
  expect(await ask('/v1/me', { authorization: `Bearer ${spaced}` })).toEqual([401, 'invalid_api_key'])
})

test('users.list takes a secret key as bearer token, and nothing that a browser attaches', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const { secretKey, publishableKey } = environment
  expect(await ask('/v1/admin/users', { authorization: `Bearer ${secretKey}` })).toBe(200)
  const missing = [401, 'missing_api_key']
  expect(await ask('/v1/admin/users', { cookie: `__session=${secretKey}` })).toEqual(missing)
  expect(await ask('/v1/admin/users', { cookie: `__session=${ada.cookies.get('__session')}` })).toEqual(
    missing,
  )
  expect(await ask('/v1/admin/users', { 'x-api-key': secretKey })).toEqual(missing)
  expect(await ask(`/v1/admin/users?api_key=${secretKey}`, {})).toEqual(missing)
  const invalid = [401, 'invalid_api_key']
  expect(await ask('/v1/admin/users', { authorization: `Bearer ${publishableKey}` })).toEqual(invalid)
  // Nobody comes in with what the database holds.
  const hash = createHash('sha256').update(secretKey).digest('hex')
  expect(await ask('/v1/admin/users', { authorization: `Bearer sk_test_${hash}` })).toEqual(invalid)
})

test('authenticate tells a credential of the wrong kind so, and lets it no further', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const session = { authorization: `Bearer ${ada.cookies.get('__session')}` }
  const secretKey = { authorization: `Bearer ${environment.secretKey}` }
  const operator = {
    authorization: `Bearer ${server.operatorToken}`,
    'claviger-environment': environment.name,
  }
  const wrong = [403, 'wrong_credential']
  expect(await ask('/v1/admin/users', session)).toEqual(wrong)
  expect(await ask('/v1/projects', session)).toEqual(wrong)
  expect(await ask('/v1/projects', secretKey)).toEqual(wrong)
  expect(await ask('/v1/me', secretKey)).toEqual(wrong)
  expect(await ask('/v1/me', operator)).toEqual(wrong)
})

test('authenticate refuses a revoked secret key on the next request, and says so', async () => {
  const environment = await server.environment()
  const { secret, secretKey } = await environment.operator.secretKeys.create({ name: 'Short-lived' })
  const headers = { authorization: `Bearer ${secret}` }
  expect(await ask('/v1/admin/users', headers)).toBe(200)
  await environment.operator.secretKeys.revoke(secretKey.id)
  expect(await ask('/v1/admin/users', headers)).toEqual([401, 'revoked_api_key'])
})

test('authentication.signIn reads no credential, so that a stale one keeps nobody out', async () => {
  const environment = await server.environment()
  const { email } = await environment.signedUp()
  const stale = environment.browser()
  stale.cookies.set('__session', 'a.b.c')
  const credentials = { email, password: goodPassword }
  const headers = { authorization: 'Bearer garbage' }
  expect((await stale.post('/v1/auth/sign-in/email-password', credentials, headers)).status).toBe(200)
})
