import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { makeSecret } from '#kernel/secret'
import { audience, exchange, makeApi, makeKey } from './key.fixture.js'

const server = testServer()
let environment: TestEnvironment
let apiId: string
beforeAll(async () => {
  environment = await server.environment()
  apiId = await makeApi(server, environment)
})

const makeOwn = (terms = {}) => makeKey(server, environment, apiId, terms)
const lifetimeOf = (token: string) => {
  const { iat = 0, exp = 0 } = decodeJwt(token)
  return exp - iat
}

test('apiKeyTokens.exchange gives a token with exactly the claims of the key, and counts one verification', async () => {
  const { sdk } = environment
  const user = await sdk.users.create({})
  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: user.id })
  const key = await makeOwn({
    user_id: user.id,
    organization_id: organization.id,
    scopes: ['read:users', 'write:users'],
    credits: 5,
  })
  const { token, ...rest } = await sdk.apiKeyTokens.exchange(
    { apiKey: key.secret, audience },
    { headers: { 'x-publishable-key': environment.publishableKey } },
  )
  expect(rest).toEqual({ tokenType: 'Bearer', expiresIn: 120 })
  const keySet = createLocalJWKSet((await environment.browser().get('/.well-known/jwks.json')).body)
  const { payload, protectedHeader } = await jwtVerify(token, keySet)
  expect(protectedHeader).toEqual({ alg: 'ES256', kid: expect.any(String), typ: 'at+jwt' })
  const iat = payload.iat ?? 0
  expect(payload).toEqual({
    iss: 'http://claviger.test',
    aud: audience,
    sub: user.id,
    client_id: key.id,
    iat,
    exp: iat + 120,
    jti: expect.any(String),
    scope: 'read:users write:users',
    scp: ['read:users', 'write:users'],
    token_use: 'api_key',
    key_id: key.id,
    key_version: 0,
    user_id: user.id,
    org_id: organization.id,
    env: environment.id,
  })
  const verification = await sdk.apiKeys.verify({ apiKey: key.secret, cost: 0 })
  expect(verification).toMatchObject({ credits: 4, apiKey: { verificationCount: 2 } })
})

test('apiKeyTokens.exchange makes no token that outlives its key, or the secret that was sent', async () => {
  const inSeconds = (seconds: number) => new Date(server.clock.now() + seconds * 1_000).toISOString()
  const key = await makeOwn()
  expect(lifetimeOf((await exchange(environment, key.secret, { lifetimeSeconds: 300 })).token)).toBe(300)
  const ending = await makeOwn({ expires_at: inSeconds(30) })
  expect(lifetimeOf((await exchange(environment, ending.secret)).token)).toBeLessThanOrEqual(30)
  const replaced = await makeOwn()
  const renewed = makeSecret('k_test_')
  await server.owner.query(
    `update api_keys set hash = sha256($2), previous_hash = hash, previous_ends_at = $3 where id = $1`,
    [replaced.id, Buffer.from(renewed), inSeconds(30)],
  )
  expect(lifetimeOf((await exchange(environment, replaced.secret)).token)).toBeLessThanOrEqual(30)
  expect(lifetimeOf((await exchange(environment, renewed)).token)).toBe(120)
})

test('apiKeyTokens.exchange tells whoever holds a key why it is refused', async () => {
  const past = '2020-01-01T00:00:00Z'
  const limited = await makeOwn({ rate_limit_per_minute: 1 })
  expect((await exchange(environment, limited.secret)).status).toBe(200)
  for (const [reason, { secret }, rest] of [
    ['revoked', await makeOwn({ revoked_at: past }), {}],
    ['expired', await makeOwn({ expires_at: past }), {}],
    ['disabled', await makeOwn({ enabled: false }), {}],
    ['wrong_audience', await makeOwn(), { audience: 'https://other.example.com' }],
    ['ip_refused', await makeOwn({ ip_allow_list: ['203.0.113.0/24'] }), {}],
    ['credits_exhausted', await makeOwn({ credits: 0 }), {}],
    ['rate_limited', limited, {}],
  ] as const) {
    const { status, body, headers } = await exchange(environment, secret, rest)
    expect([status, body.code, body.reason]).toEqual([401, 'api_key_refused', reason])
    expect(headers.has('retry-after')).toBe(reason === 'rate_limited')
  }
  const near = await makeOwn({ ip_allow_list: ['127.0.0.1/32'] })
  expect((await exchange(environment, near.secret)).status).toBe(200)
})

test('apiKeyTokens.exchange says the same of a key of another environment as of one that never was', async () => {
  const other = await server.environment()
  const { secret } = await makeOwn()
  for (const [where, apiKey] of [
    [other, secret],
    [environment, makeSecret('k_test_')],
    [environment, environment.secretKey],
    [environment, 'no key at all'],
  ] as const) {
    const { status, body } = await exchange(where, apiKey)
    expect([status, body.code, body.reason]).toEqual([401, 'api_key_refused', 'not_found'])
  }
  for (const lifetimeSeconds of [59, 301, 90.5]) {
    expect((await exchange(environment, secret, { lifetimeSeconds })).status).toBe(400)
  }
})

test('apiKeyTokens.exchange makes no token for the management API, whose audience nobody else may speak to', async () => {
  const { rows } = await server.owner.query(
    'select id from apis where environment_id = $1 and audience is null',
    [environment.id],
  )
  const { secret } = await makeKey(server, environment, rows[0].id)
  expect((await exchange(environment, secret)).body.reason).toBe('wrong_audience')
})

test('a token of a key opens nothing of this server, whatever audience its API has', async () => {
  const { userId } = await environment.signedUp()
  const apis = [apiId]
  for (const name of ['http://claviger.test', 'http://claviger.test/api', newId()]) {
    apis.push(await makeApi(server, environment, name))
  }
  for (const api of apis) {
    const scopes = ['*', 'users:read', 'api_keys:verify', 'read:users']
    const { secret } = await makeKey(server, environment, api, { user_id: userId, scopes })
    const { token } = await exchange(environment, secret)
    for (const [method, path] of [
      ['GET', '/v1/admin/users'],
      ['POST', '/v1/admin/api-keys/verify'],
      ['GET', '/v1/me'],
      ['GET', '/v1/projects'],
      ['GET', '/v1/instance/me'],
    ] as const) {
      for (const header of [{ authorization: `Bearer ${token}` }, { cookie: `__session=${token}` }]) {
        const headers = { ...header, 'content-type': 'application/json' }
        const body = method === 'POST' ? JSON.stringify({ apiKey: secret }) : null
        const { status } = await fetch(server.url + path, { method, headers, body })
        expect([path, status]).toEqual([path, 401])
      }
    }
  }
})
