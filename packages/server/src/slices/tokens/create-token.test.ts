import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  askToken,
  basic,
  call,
  makeClient,
  managementApiOf,
  managementAudience,
  postForm,
  type TestClient,
} from './client.fixture.js'

const server = testServer()
const grant = 'client_credentials'
const audience = 'https://api.weather.example.com'

let environment: TestEnvironment
let managementId: string
let apiId: string
let client: TestClient
beforeAll(async () => {
  environment = await server.environment()
  managementId = await managementApiOf(environment)
  const { sdk } = environment
  const weather = await sdk.apis.create({ name: 'Weather', audience })
  apiId = weather.id
  for (const key of ['read:forecasts', 'write:forecasts']) await sdk.apiScopes.create(apiId, { key })
  client = await makeClient(environment, { [apiId]: '*', [managementId]: ['users:read', 'read:apis'] })
})

describe('tokens.create', () => {
  test('answers a JWT of RFC 9068 that the published keys verify', async () => {
    const { status, headers, body } = await askToken(server, client, { audience })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read:forecasts write:forecasts',
    })
    const metadata = await fetch(`${server.url}/.well-known/oauth-authorization-server`, {
      headers: { 'x-publishable-key': environment.publishableKey },
    }).then((response) => response.json())
    const keys = await fetch(server.url + new URL(metadata.jwks_uri).pathname).then((response) =>
      response.json(),
    )
    const { payload, protectedHeader } = await jwtVerify(body.access_token, createLocalJWKSet(keys), {
      issuer: metadata.issuer,
      audience,
      typ: 'at+jwt',
      currentDate: new Date(server.clock.now()),
    })
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: expect.any(String), typ: 'at+jwt' })
    expect(payload).toEqual({
      iss: 'http://claviger.test',
      sub: client.id,
      client_id: client.id,
      aud: [audience],
      scope: 'read:forecasts write:forecasts',
      scp: ['read:forecasts', 'write:forecasts'],
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 3600,
      env: environment.id,
      api: apiId,
    })
  })

  test('takes the credentials from the header or from the form, and not from both', async () => {
    const { id: client_id, secret: client_secret } = client
    const form = { grant_type: grant, audience, client_id, client_secret }
    expect((await postForm(server, '/oauth2/token', form)).status).toBe(200)
    const authorization = basic(client)
    const both = await postForm(server, '/oauth2/token', form, { authorization })
    expect([both.status, both.body.error]).toEqual([400, 'invalid_request'])
    const onlyNamed = { grant_type: grant, audience, client_id }
    expect((await postForm(server, '/oauth2/token', onlyNamed, { authorization })).status).toBe(200)
    const other = { ...onlyNamed, client_id: environment.id }
    expect((await postForm(server, '/oauth2/token', other, { authorization })).status).toBe(400)
  })

  test('knows the management API with and without its version and slash, and as a resource', async () => {
    for (const named of [
      { audience: managementAudience },
      { audience: `${managementAudience}/` },
      { audience: `${managementAudience}/v1` },
      { audience: '', resource: `${managementAudience}/v1/` },
    ]) {
      const { body } = await askToken(server, client, named)
      const [, claims = ''] = body.access_token.split('.')
      const { aud } = JSON.parse(Buffer.from(claims, 'base64url').toString())
      expect(aud).toEqual([managementAudience, `${managementAudience}/v1`])
    }
    const two = await askToken(server, client, { resource: audience })
    expect([two.status, two.body.error]).toEqual([400, 'invalid_request'])
  })

  test('gives the scopes that are asked for, as they were asked for', async () => {
    const scopeOf = async (form: Record<string, string>) => (await askToken(server, client, form)).body.scope
    expect(await scopeOf({ audience, scope: ' write:forecasts  write:forecasts' })).toBe('write:forecasts')
    expect(await scopeOf({ audience, scope: '' })).toBe('read:forecasts write:forecasts')
    expect(await scopeOf({})).toBe('users:read read:apis')
    // One permission has several names, and each is as good as another.
    expect(await scopeOf({ scope: 'read:users apis:read read:api_scopes' })).toBe(
      'read:users apis:read read:api_scopes',
    )
  })

  test.each<[string, Record<string, string>, number, string]>([
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no grant type', { grant_type: '' }, 400, 'invalid_request'],
    ['no audience', { audience: '' }, 400, 'invalid_request'],
    ['an audience that is nobody’s', { audience: 'https://nowhere.example.com' }, 403, 'access_denied'],
    ['a scope that it is not allowed', { scope: 'users:write' }, 400, 'invalid_scope'],
    ['another name for what it is not allowed', { scope: 'create:users' }, 400, 'invalid_scope'],
    ['a scope that nobody has', { audience, scope: 'read:forecasts "\u00fc"' }, 400, 'invalid_scope'],
  ])('refuses %s', async (_what, form, status, error) => {
    const answer = await askToken(server, client, form)
    expect([answer.status, answer.body.error]).toEqual([status, error])
    expect(answer.body).toEqual({ error, error_description: expect.stringMatching(/^[ !#-[\]-~]+$/) })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('refuses an application the API that it is not allowed, and one that is no service', async () => {
    const stranger = await makeClient(environment)
    expect((await askToken(server, stranger, { audience })).body.error).toBe('access_denied')
    const { application, clientSecret } = await environment.sdk.applications.create({
      name: 'Shop',
      type: 'spa',
    })
    const answer = await askToken(server, { id: application.id, secret: clientSecret }, { audience })
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client'])
  })

  test('refuses credentials that are wrong in any way, all in the same words', async () => {
    const other = await makeClient(environment, { [apiId]: '*' })
    const wrong = [
      { id: client.id, secret: other.secret },
      { id: other.id, secret: client.secret },
      { id: environment.id, secret: client.secret },
      { id: 'nobody', secret: client.secret },
      { id: client.id, secret: `${client.secret.slice(0, -1)}${client.secret.endsWith('0') ? 1 : 0}` },
      { id: client.id, secret: ':' },
    ]
    const answers = await Promise.all(wrong.map((credentials) => askToken(server, credentials)))
    const headers = ['', 'Basic', 'Basic !', 'Basic JQ==', `Bearer ${client.secret}`]
    for (const authorization of headers) {
      const form = { grant_type: grant, audience }
      answers.push(await postForm(server, '/oauth2/token', form, authorization ? { authorization } : {}))
    }
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe('Basic realm="claviger"')
      expect(body).toEqual({ error: 'invalid_client', error_description: expect.any(String) })
    }
  })

  test('answers a body that is no form, or has a field twice, as OAuth does', async () => {
    const json = await fetch(`${server.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: basic(client), 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: grant, audience }),
    })
    expect([json.status, (await json.json()).error]).toEqual([415, 'invalid_request'])
    const { id, secret } = client
    for (const twice of [
      `grant_type=${grant}&audience=${audience}&audience=${audience}`,
      `grant_type=${grant}&grant_type=${grant}&audience=${audience}`,
      `grant_type=${grant}&audience=${audience}&__proto__=1&scope=a&scope=b`,
    ]) {
      const answer = await postForm(server, '/oauth2/token', twice, { authorization: basic(client) })
      expect([answer.status, answer.body.error], twice).toEqual([400, 'invalid_request'])
    }
    const ids = `grant_type=${grant}&client_id=${id}&client_id=${id}&client_secret=${secret}`
    expect((await postForm(server, '/oauth2/token', ids)).body.error).toBe('invalid_request')
    const more = { grant_type: grant, audience, nonsense: '1' }
    expect((await postForm(server, '/oauth2/token', more, { authorization: basic(client) })).status).toBe(200)
  })

  test('slows down who is wrong about a client again and again, and never who is right', async () => {
    const victim = await makeClient(environment, { [apiId]: '*' })
    const wrong = { id: victim.id, secret: client.secret }
    const statuses = []
    for (let i = 0; i < 21; i++) statuses.push((await askToken(server, wrong)).status)
    expect(statuses).toEqual([...Array(20).fill(401), 429])
    const refused = await askToken(server, wrong)
    expect(refused.body.error).toBe('temporarily_unavailable')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await askToken(server, victim, { audience })).status).toBe(200)
    server.clock.advance({ minutes: 1 })
    expect((await askToken(server, wrong)).status).toBe(401)
  })

  test('takes the old secret until its grace period is over, by the clock of the database', async () => {
    const { applications } = environment.sdk
    const first = await makeClient(environment, { [apiId]: '*' })
    const statusWith = async (secret: string) =>
      (await askToken(server, { id: first.id, secret }, { audience })).status
    const { application, clientSecret: second } = await applications.rotateSecret(first.id, {
      gracePeriodHours: 1,
    })
    const endsAt = Date.parse(application.previousSecretEndsAt ?? '')
    expect(Math.abs(endsAt - server.clock.now() - 3_600_000)).toBeLessThan(60_000)
    expect([await statusWith(first.secret), await statusWith(second)]).toEqual([200, 200])
    server.clock.advance({ hours: 1 })
    expect([await statusWith(first.secret), await statusWith(second)]).toEqual([401, 200])
    expect((await applications.get(first.id)).previousSecretEndsAt).toBeNull()
    const { clientSecret: third } = await applications.rotateSecret(first.id, { gracePeriodHours: 0 })
    expect([await statusWith(second), await statusWith(third)]).toEqual([401, 200])
  })

  test('lets a token live as long as its application says, with the algorithm of the environment', async () => {
    const rs256 = await server.environment({ settings: { signingAlgorithm: 'RS256' } })
    const short = await makeClient(rs256, { [await managementApiOf(rs256)]: '*' })
    await rs256.sdk.applications.update(short.id, { tokenLifetimeSeconds: 60 })
    const { body } = await askToken(server, short, { scope: 'users:read' })
    expect(body.expires_in).toBe(60)
    expect(decodeProtectedHeader(body.access_token).alg).toBe('RS256')
    const statusOf = async () => (await call(server, body.access_token, '/v1/admin/users')).status
    expect(await statusOf()).toBe(200)
    server.clock.advance({ seconds: 66 })
    expect(await statusOf()).toBe(401)
  })
})

test('authorizationServer.get names the same endpoints wherever clients look', async () => {
  const [projectSlug] = environment.name.split('/')
  const headers = { 'x-publishable-key': environment.publishableKey }
  const paths = [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    `/environments/${environment.name}/.well-known/oauth-authorization-server`,
  ]
  for (const path of paths) {
    const body = await fetch(server.url + path, { headers }).then((response) => response.json())
    expect(body).toEqual({
      issuer: 'http://claviger.test',
      token_endpoint: 'http://claviger.test/oauth2/token',
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      introspection_endpoint: 'http://claviger.test/oauth2/introspect',
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      revocation_endpoint: 'http://claviger.test/oauth2/revoke',
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      jwks_uri: `http://claviger.test/environments/${projectSlug}/test/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
    })
  }
})
