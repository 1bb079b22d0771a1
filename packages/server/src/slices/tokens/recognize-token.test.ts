import { createHmac, createSign } from 'node:crypto'
import { verifySessionJwt } from '@claviger/kolaylogin'
import {
  createTestDatabase,
  startTestServer,
  type TestDatabase,
  type TestEnvironment,
  type TestServer,
} from '@claviger/server/testing'
import * as kolaylogin from '@kolaylogin/backend'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compact, es256, openKeys, signed } from '../sessions/session-token.fixture.js'
import {
  basic,
  call,
  makeClient,
  managementApiOf,
  managementAudience,
  postForm,
  type TestClient,
  tokenOf,
} from './client.fixture.js'

let testDatabase: TestDatabase
let here: { server: TestServer; stop(): Promise<void> }
let there: { server: TestServer; stop(): Promise<void> }
let server: TestServer
let environment: TestEnvironment
let managementId: string

/** Two nodes of one installation. */
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  here = await startTestServer(testDatabase)
  server = here.server
  there = await startTestServer(testDatabase, { seal: server.seal, clock: server.clock })
  environment = await server.environment()
  managementId = await managementApiOf(environment)
})
afterAll(async () => {
  await there.stop()
  await here.stop()
  await testDatabase.drop()
})

/** What both nodes say to a token that would list users. */
async function answers(token: string) {
  const both = [here, there].map((node) => call(node.server, token, '/v1/admin/users'))
  return (await Promise.all(both)).map(({ status }) => status)
}

function makeReader(): Promise<TestClient> {
  return makeClient(environment, { [managementId]: ['users:read'] })
}

describe('an access token', () => {
  const endings: Record<string, (client: TestClient, token: string) => Promise<unknown>> = {
    'it is revoked': (client, token) =>
      postForm(server, '/oauth2/revoke', { token }, { authorization: basic(client) }),
    'its application is disabled': ({ id }) => environment.sdk.applications.update(id, { enabled: false }),
    'its application is deleted': ({ id }) => environment.sdk.applications.delete(id),
    'the API is taken from its application': ({ id }) =>
      environment.sdk.applications.removeApi(id, managementId),
  }

  test.each(Object.entries(endings))(
    'is refused on the very next request, on every node, when %s',
    async (_what, end) => {
      const client = await makeReader()
      const [token, other] = [await tokenOf(server, client), await tokenOf(server, await makeReader())]
      expect(await answers(token)).toEqual([200, 200])
      await end(client, token)
      expect(await answers(token)).toEqual([401, 401])
      expect(await answers(other)).toEqual([200, 200])
    },
  )

  test('may do what its scopes and what its application is allowed have in common, at this instant', async () => {
    const client = await makeClient(environment, { [managementId]: ['users:read', 'users:write'] })
    const both = await tokenOf(server, client)
    const reading = await tokenOf(server, client, { scope: 'read:users' })
    const write = (token: string) => call(server, token, '/v1/admin/users', { method: 'POST', body: {} })
    expect([(await write(both)).status, (await write(reading)).status]).toEqual([201, 403])
    const { applications } = environment.sdk
    await applications.allowApi(client.id, managementId, { scopes: ['users:read'] })
    const refused = await write(both)
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_denied'])
    expect(refused.body.detail).toContain('users:write')
    expect(await answers(both)).toEqual([200, 200])
    await applications.allowApi(client.id, managementId, { scopes: '*' })
    expect([(await write(both)).status, (await write(reading)).status]).toEqual([201, 403])
  })

  test('is the actor of what it does', async () => {
    const client = await makeClient(environment, { [managementId]: '*' })
    const token = await tokenOf(server, client)
    await call(server, token, '/v1/admin/users', { method: 'POST', body: {} })
    const [event] = (await environment.operator.events.list({ type: 'user.created', limit: 1 })).items
    expect(event?.actor).toEqual({ type: 'application', id: client.id })
  })

  test('for another API may verify its keys, and nothing else', async () => {
    const api = await environment.sdk.apis.create({ name: 'Tides', audience: 'https://tides.example.com' })
    // A scope of the name of a permission is none.
    await environment.sdk.apiScopes.create(api.id, { key: 'users:read' })
    const client = await makeClient(environment, { [api.id]: '*' })
    const token = await tokenOf(server, client, { audience: 'https://tides.example.com' })
    expect(decodeJwt(token)).toMatchObject({ scope: 'users:read' })
    expect(await answers(token)).toEqual([403, 403])
    const { apiKeys, apis } = environment.sdk
    const other = await apis.create({ name: 'Weather', audience: 'https://weather.example.com' })
    const [own, foreign] = await Promise.all(
      [api, other].map(({ id }) => apiKeys.create({ apiId: id, name: 'Key' })),
    )
    const verify = (apiKey = '') =>
      call(server, token, '/v1/admin/api-keys/verify', { method: 'POST', body: { apiKey } })
    expect((await verify(own?.secret)).body.verification).toMatchObject({ code: 'valid' })
    expect((await verify(foreign?.secret)).body.verification).toMatchObject({ code: 'not_found' })
    await environment.sdk.apis.delete(api.id)
    expect((await verify(own?.secret)).status).toBe(401)
    // What comes later under the same audience is another API.
    const next = await environment.sdk.apis.create({ name: 'Tides', audience: 'https://tides.example.com' })
    await environment.sdk.applications.allowApi(client.id, next.id, { scopes: '*' })
    expect((await verify(own?.secret)).status).toBe(401)
  })

  test('is no session, and a session token is no access token', async () => {
    const { cookies } = await environment.signedUp()
    const session = cookies.get('__session') ?? ''
    const token = await tokenOf(server, await makeReader())
    for (const path of ['/v1/me', '/v1/orgs']) {
      const refused = await call(server, token, path)
      expect([refused.status, refused.body.code]).toEqual([403, 'wrong_credential'])
    }
    const asCookie = await fetch(`${server.url}/v1/me`, { headers: { cookie: `__session=${token}` } })
    expect(asCookie.status).toBe(401)
    expect((await call(server, session, '/v1/admin/users')).status).toBe(403)
    // Nor for services, which verify by the keys alone; KolayLogin's own client does not look for a session.
    const jwksUrl = `${server.url}/environments/${environment.name}/.well-known/jwks.json`
    await expect(verifySessionJwt(token, { jwksUrl })).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    })
    expect(await verifySessionJwt(session, { jwksUrl })).toHaveProperty('sid')
    expect(await kolaylogin.verifySessionJwt(token, { jwksUrl })).not.toHaveProperty('sid')
    const told = await postForm(
      server,
      '/oauth2/introspect',
      { token: session },
      { authorization: basic(await makeReader()) },
    )
    expect(told.body).toEqual({ active: false })
  })

  test('is taken for what its header says only if its signature and claims say the same', async () => {
    const client = await makeReader()
    const token = await tokenOf(server, client)
    const [key] = await openKeys(server, environment.id)
    const claims = decodeJwt(token)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const { cookies } = await environment.signedUp()
    const session = decodeJwt(cookies.get('__session') ?? '')
    const other = await server.environment()
    const [otherKey] = await (async () => {
      await tokenOf(server, await makeClient(other, { [await managementApiOf(other)]: '*' }))
      return openKeys(server, other.id)
    })()
    const publicPem = key.publicKey.export({ type: 'spki', format: 'pem' })
    const typ = 'at+jwt'
    // What the server signs is accepted when a test signs it: the forgeries below fail for what is wrong with them.
    expect(await answers(await signed(key, claims, { typ }))).toEqual([200, 200])
    expect(await answers(token)).toEqual([200, 200])
    const { sub, ...rest } = claims
    const reordered = Buffer.from(JSON.stringify({ ...rest, sub })).toString('base64url')
    const forged: Record<string, string> = {
      'the same claims otherwise, under a signature that is known': `${header}.${reordered}.${signature}`,
      'other claims under a signature that is known': compact(
        { alg: 'ES256', typ, kid: key.id },
        session,
        () => Buffer.from(signature, 'base64url'),
      ),
      'no signature': `${header}.${payload}.`,
      'another signature': `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      'alg none': compact({ alg: 'none', typ, kid: key.id }, claims, () => Buffer.alloc(0)),
      'alg HS256 with the public key': compact({ alg: 'HS256', typ, kid: key.id }, claims, (input) =>
        createHmac('sha256', publicPem).update(input).digest(),
      ),
      'alg RS256 of an ES256 key': compact({ alg: 'RS256', typ, kid: key.id }, claims, es256(key.privateKey)),
      'a signature in DER': compact({ alg: 'ES256', typ, kid: key.id }, claims, (input) =>
        createSign('sha256').update(input).sign(key.privateKey),
      ),
      'the key of another environment': await signed(otherKey, claims, { typ }),
      'another environment': await signed(key, { ...claims, env: other.id }, { typ }),
      'another issuer': await signed(key, { ...claims, iss: 'https://evil.example.com' }, { typ }),
      'the type of a session token': await signed(key, claims),
      'the claims of a session': await signed(key, session, { typ }),
      'no id': await signed(key, { ...claims, jti: undefined } as never, { typ }),
      'an id that is none': await signed(key, { ...claims, jti: 'x' }, { typ }),
      'no end': await signed(key, { ...claims, exp: undefined } as never, { typ }),
      'an end that is over': await signed(key, { ...claims, exp: (claims.iat ?? 0) - 60 }, { typ }),
      'scopes that are no list': await signed(key, { ...claims, scp: 'users:read' }, { typ }),
    }
    for (const [what, text] of Object.entries(forged)) expect(await answers(text), what).toEqual([401, 401])
    // More scopes than its application is allowed, though signed, give it none of them.
    const greedy = await signed(key, { ...claims, scp: ['users:read', 'users:write'] }, { typ })
    const write = await call(server, greedy, '/v1/admin/users', { method: 'POST', body: {} })
    expect(write.status).toBe(403)
  })

  test('works in its own environment only', async () => {
    const token = await tokenOf(server, await makeReader())
    const other = await server.environment()
    const headers = { authorization: `Bearer ${token}` }
    for (const named of [
      { 'claviger-environment': other.name },
      { 'x-publishable-key': other.publishableKey },
    ]) {
      const response = await fetch(`${server.url}/v1/admin/users`, { headers: { ...headers, ...named } })
      expect((await response.json()).code).toBe('environment_mismatch')
    }
  })

  test('is told apart from others that are asked about in the same instant', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, makeReader))
    const tokens = await Promise.all(clients.map((client) => tokenOf(server, client)))
    await environment.sdk.applications.update(clients[1]?.id ?? '', { enabled: false })
    const asked = Array.from({ length: 40 }, (_, i) => i % tokens.length)
    const statuses = await Promise.all(
      asked.map(async (i) => (await call(server, tokens[i] ?? '', '/v1/admin/users')).status),
    )
    expect(statuses).toEqual(asked.map((i) => (i === 1 ? 401 : 200)))
  })

  test('that may manage keys makes none that is stronger, and none once it is weaker', async () => {
    const client = await makeClient(environment, { [managementId]: ['secret_keys:write', 'users:read'] })
    const token = await tokenOf(server, client)
    const create = (permissions: string[]) =>
      call(server, token, '/v1/admin/secret-keys', { method: 'POST', body: { name: 'Made', permissions } })
    expect((await create(['users:read'])).status).toBe(201)
    for (const more of [['*'], ['users:write']]) {
      const refused = await create(more)
      expect([refused.status, refused.body.code]).toEqual([403, 'permission_exceeds_own'])
    }
  })
})

describe('tokens.introspect', () => {
  test('tells of a token what it is, to its client and to those that may use the API', async () => {
    const client = await makeClient(environment, { [managementId]: ['users:read', 'apis:read'] })
    const peer = await makeReader()
    const token = await tokenOf(server, client)
    const ask = async (who: TestClient, what = token) =>
      (await postForm(server, '/oauth2/introspect', { token: what }, { authorization: basic(who) })).body
    const { iat, exp, jti } = decodeJwt(token)
    const told = {
      active: true,
      scope: 'users:read apis:read',
      client_id: client.id,
      token_type: 'Bearer',
      sub: client.id,
      aud: [managementAudience, `${managementAudience}/v1`],
      iss: 'http://claviger.test',
      ...{ iat, exp, jti },
    }
    expect([await ask(client), await ask(peer)]).toEqual([told, told])
    await environment.sdk.applications.allowApi(client.id, managementId, { scopes: ['apis:read'] })
    expect(await ask(client)).toEqual({ ...told, scope: 'apis:read' })
    const stranger = await makeClient(environment)
    const other = await server.environment()
    const foreign = await makeClient(other, { [await managementApiOf(other)]: '*' })
    for (const who of [stranger, foreign]) expect(await ask(who)).toEqual({ active: false })
    expect(await ask(client, 'nonsense')).toEqual({ active: false })
    await postForm(server, '/oauth2/revoke', { token }, { authorization: basic(client) })
    expect(await ask(client)).toEqual({ active: false })
    server.clock.advance({ seconds: 3_700 })
    expect(await ask(client, await tokenOf(server, client))).toMatchObject({ active: true })
  })
})

describe('tokens.revoke', () => {
  test('ends a token of one’s own, records it once, and forgets it when it is over', async () => {
    const client = await makeReader()
    const token = await tokenOf(server, client)
    const revoke = (who: TestClient, what = token) =>
      postForm(server, '/oauth2/revoke', { token: what }, { authorization: basic(who) })
    const other = await revoke(await makeReader())
    expect([other.status, other.body.error]).toEqual([400, 'invalid_grant'])
    const foreign = await server.environment()
    for (const [who, what] of [
      [await makeClient(foreign), token],
      [client, 'nonsense'],
      [client, token],
      [client, token],
    ] as const) {
      const { status, body } = await revoke(who, what)
      expect([status, body]).toEqual([200, {}])
    }
    const events = (await environment.operator.events.list({ type: 'application.token_revoked' })).items
    const { jti } = decodeJwt(token)
    const told = events.filter(({ data }) => data.jti === jti)
    expect(told.map(({ actor }) => actor)).toEqual([{ type: 'application', id: client.id }])
    const kept = async () =>
      (await server.owner.query('select from revoked_tokens where jti = $1', [jti])).rowCount
    await server.runJob('sweep_revoked_tokens')
    expect(await kept()).toBe(1)
    server.clock.advance({ seconds: 3_700 })
    await server.runJob('sweep_revoked_tokens')
    expect(await kept()).toBe(0)
    expect(await answers(token)).toEqual([401, 401])
  })
})
