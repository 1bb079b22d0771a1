import { testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { makeSecret } from '#kernel/secret'
import { basic, makeClient, postForm } from '../tokens/client.fixture.js'
import { type EnvironmentWithApi, environmentWithApi } from './key.fixture.js'

const server = testServer()
let environment: EnvironmentWithApi
beforeAll(async () => {
  environment = await environmentWithApi(server)
})

const inSeconds = (seconds: number) => new Date(server.clock.now() + seconds * 1_000).toISOString()
const lifetimeOf = (token: string) => {
  const { iat = 0, exp = 0 } = decodeJwt(token)
  return exp - iat
}

test('apiKeyTokens.exchange gives a token with exactly the claims of the key, and is one verification', async () => {
  const { sdk, audience, publishableKey } = environment
  const user = await sdk.users.create({})
  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: user.id })
  const key = await environment.makeKey({
    userId: user.id,
    organizationId: organization.id,
    scopes: ['read:users', 'write:users'],
    credits: 5,
  })
  const headers = { 'x-publishable-key': publishableKey }
  const { token, ...rest } = await sdk.apiKeyTokens.exchange({ apiKey: key.secret, audience }, { headers })
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
  const { makeKey, exchange, sdk } = environment
  const key = await makeKey()
  expect(lifetimeOf((await exchange(key.secret, { lifetimeSeconds: 300 })).token)).toBe(300)
  const ending = await makeKey({ expiresAt: inSeconds(30) })
  expect(lifetimeOf((await exchange(ending.secret)).token)).toBeLessThanOrEqual(30)
  const { secret } = await sdk.apiKeys.rotate(key.id, { overlapSeconds: 30 })
  expect(lifetimeOf((await exchange(key.secret)).token)).toBeLessThanOrEqual(30)
  expect(lifetimeOf((await exchange(secret)).token)).toBe(120)
})

test('apiKeyTokens.exchange tells whoever holds a key why it is refused', async () => {
  const { makeKey, exchange, sdk } = environment
  const [revoked, limited, expiring] = await Promise.all([
    makeKey(),
    makeKey({ rateLimitPerMinute: 1 }),
    makeKey({ expiresAt: inSeconds(30) }),
  ])
  await sdk.apiKeys.revoke(revoked.id, {})
  server.clock.advance({ seconds: 30 })
  expect((await exchange(limited.secret)).status).toBe(200)
  for (const [reason, { secret }, rest] of [
    ['revoked', revoked, {}],
    ['expired', expiring, {}],
    ['disabled', await makeKey({ enabled: false }), {}],
    ['wrong_audience', await makeKey(), { audience: 'https://other.example.com' }],
    ['ip_refused', await makeKey({ ipAllowList: ['203.0.113.0/24'] }), {}],
    ['credits_exhausted', await makeKey({ credits: 0 }), {}],
    ['rate_limited', limited, {}],
  ] as const) {
    const { status, body, headers } = await exchange(secret, rest)
    expect([status, body.code, body.verificationCode]).toEqual([401, 'api_key_refused', reason])
    expect(headers.has('retry-after')).toBe(reason === 'rate_limited')
  }
  const near = await makeKey({ ipAllowList: ['127.0.0.1'] })
  expect((await exchange(near.secret)).status).toBe(200)
})

test('apiKeyTokens.exchange says the same of a key of another environment as of one that never was', async () => {
  const other = await environmentWithApi(server)
  const { secret } = await environment.makeKey()
  for (const [where, apiKey] of [
    [other, secret],
    [environment, makeSecret('k_test_')],
    [environment, environment.secretKey],
    [environment, 'no key at all'],
  ] as const) {
    const { status, body } = await where.exchange(apiKey)
    expect([status, body.code, body.verificationCode]).toEqual([401, 'api_key_refused', 'not_found'])
  }
  for (const lifetimeSeconds of [59, 301, 90.5]) {
    expect((await environment.exchange(secret, { lifetimeSeconds })).status).toBe(400)
  }
})

test('a token of a key opens nothing of this server, whatever the audience of its API', async () => {
  const { userId } = await environment.signedUp()
  const client = await makeClient(environment, { [environment.apiId]: '*' })
  const authorization = basic(client)
  const { id, secret } = await environment.makeKey({ userId })
  await server.owner.query("update api_keys set scopes = '{*,users:read,api_keys:verify}' where id = $1", [
    id,
  ])
  for (const audience of ['https://own.example.com', 'http://claviger.test', 'http://claviger.test/api']) {
    await server.owner.query(
      'update apis set audience = $2 where environment_id = $1 and audience is not null',
      [environment.id, audience],
    )
    const { token } = await environment.exchange(secret)
    expect(decodeJwt(token).aud).toBe(audience)
    const { body: introspection } = await postForm(server, '/oauth2/introspect', { token }, { authorization })
    expect(introspection).toEqual({ active: false })
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

test('apiKeyTokens.exchange makes no token for the management API, whose audience is this server', async () => {
  const { id, secret } = await environment.makeKey()
  await server.owner.query(
    `update api_keys k set api_id = a.id from apis a
     where k.id = $1 and a.environment_id = k.environment_id and a.audience is null`,
    [id],
  )
  expect((await environment.exchange(secret)).body.verificationCode).toBe('wrong_audience')
})
