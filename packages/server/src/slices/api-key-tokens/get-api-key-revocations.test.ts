import { testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { type EnvironmentWithApi, environmentWithApi } from './key.fixture.js'

const server = testServer()
let environment: EnvironmentWithApi
beforeAll(async () => {
  environment = await environmentWithApi(server)
})

const path = '/.well-known/api-keys/revocations'
const listOf = async (where = environment) =>
  decodeJwt((await where.browser().get(path)).body.list).revoked as Record<string, number>
const isGood = async (token: string) => {
  const { key_id, key_version } = decodeJwt<{ key_id: string; key_version: number }>(token)
  return key_version >= ((await listOf())[key_id] ?? 0)
}
const inSeconds = (seconds: number) => new Date(server.clock.now() + seconds * 1_000).toISOString()

test('apiKeyRevocations.get answers a list that is signed, dated and short, and the same by path', async () => {
  const { id } = await environment.makeKey()
  await environment.sdk.apiKeys.revoke(id, {})
  const keySet = createLocalJWKSet((await environment.browser().get('/.well-known/jwks.json')).body)
  const byPath = await fetch(`${server.url}/environments/${environment.name}${path}`)
  for (const body of [(await environment.browser().get(path)).body, await byPath.json()]) {
    const { payload, protectedHeader } = await jwtVerify(body.list, keySet)
    expect(protectedHeader.typ).toBe('api-key-revocations+jwt')
    const iat = payload.iat ?? 0
    expect(payload).toEqual({
      iss: 'http://claviger.test',
      env: environment.id,
      iat,
      exp: iat + 300,
      max_age: 300,
      revoked: { [id]: 1 },
    })
    const age = server.clock.now() / 1_000 - iat
    expect(age >= 0 && age < 60).toBe(true)
  }
})

type Keys = EnvironmentWithApi['sdk']['apiKeys']
test.each<[string, (keys: Keys, id: string) => Promise<unknown>]>([
  ['revoked', (keys, id) => keys.revoke(id, {})],
  ['deleted', (keys, id) => keys.delete(id)],
  ['disabled', (keys, id) => keys.update(id, { enabled: false })],
  ['cut short', (keys, id) => keys.update(id, { expiresAt: inSeconds(0) })],
  ['given another secret', (keys, id) => keys.rotate(id, {})],
  ['deprived of a scope', (keys, id) => keys.update(id, { scopes: [] })],
])('apiKeyRevocations.get lists a key that was %s, and its tokens from before', async (_what, end) => {
  const { id, secret } = await environment.makeKey()
  const { token } = await environment.exchange(secret)
  expect(await isGood(token)).toBe(true)
  await end(environment.sdk.apiKeys, id)
  expect(await isGood(token)).toBe(false)
})

test('apiKeyRevocations.get lists keys whose owner ended, and no others', async () => {
  const { sdk, makeKey, exchange } = environment
  const [banned, deleted, left] = await Promise.all([
    sdk.users.create({}),
    sdk.users.create({}),
    sdk.users.create({}),
  ])
  const [acme, gone] = await Promise.all([
    sdk.organizations.create({ name: 'Acme', slug: 'acme' }),
    sdk.organizations.create({ name: 'Gone', slug: 'gone' }),
  ])
  await sdk.memberships.create(acme.id, { userId: left.id })
  const ofBanned = await makeKey({ userId: banned.id })
  const keys = [
    ofBanned,
    await makeKey({ userId: deleted.id }),
    await makeKey({ userId: left.id, organizationId: acme.id }),
    await makeKey({ organizationId: gone.id }),
  ]
  const spared = [await makeKey({ userId: left.id }), await makeKey({ organizationId: acme.id })]
  const tokens = await Promise.all(keys.map(async ({ secret }) => (await exchange(secret)).token))
  await sdk.users.ban(banned.id)
  await sdk.users.delete(deleted.id)
  await sdk.memberships.delete(acme.id, left.id)
  await sdk.organizations.delete(gone.id)
  expect(await Promise.all(tokens.map(isGood))).toEqual(keys.map(() => false))
  const list = await listOf()
  for (const { id } of spared) expect(list).not.toHaveProperty(id)
  // Who is let in again has good tokens at once.
  await sdk.users.unban(banned.id)
  expect(await isGood((await exchange(ofBanned.secret)).token)).toBe(true)
})

test('apiKeyRevocations.get lets no token through that was made while its key was ending', async () => {
  const { makeKey, exchange, sdk } = environment
  for (const end of [(id: string) => sdk.apiKeys.revoke(id, {}), (id: string) => sdk.apiKeys.delete(id)]) {
    const { id, secret } = await makeKey()
    const exchanges = Array.from({ length: 20 }, () => exchange(secret))
    const [answers] = await Promise.all([Promise.all(exchanges), end(id)])
    for (const { status, token } of answers) if (status === 200) expect(await isGood(token)).toBe(false)
    expect((await exchange(secret)).status).toBe(401)
  }
})

test('apiKeyRevocations.get spares what goes on working: tokens of after, and the overlap of a rotation', async () => {
  const { makeKey, exchange } = environment
  const { apiKeys } = environment.sdk
  const { id, secret } = await makeKey()
  const before = (await exchange(secret)).token
  await apiKeys.update(id, { enabled: false })
  await apiKeys.update(id, { enabled: true })
  const after = (await exchange(secret)).token
  expect(await Promise.all([before, after].map(isGood))).toEqual([false, true])
  await apiKeys.rotate(id, { overlapSeconds: 60 })
  expect(await isGood(after)).toBe(true)
  server.clock.advance({ seconds: 61 })
  expect(await isGood(after)).toBe(false)

  const [harmless, later] = await Promise.all([makeKey(), makeKey()])
  await apiKeys.update(harmless.id, { name: 'Other', scopes: ['read:users', 'write:users'], credits: 7 })
  await apiKeys.update(later.id, { expiresAt: inSeconds(120) })
  expect(await listOf()).not.toHaveProperty(harmless.id)
  expect(await listOf()).not.toHaveProperty(later.id)
  server.clock.advance({ seconds: 121 })
  expect(await listOf()).toHaveProperty(later.id)
})

test('apiKeyRevocations.get forgets a key when no token of it can live any more, and keeps environments apart', async () => {
  const other = await environmentWithApi(server)
  const { id } = await environment.makeKey()
  await environment.sdk.apiKeys.revoke(id, {})
  server.clock.advance({ seconds: 310 })
  expect(await listOf()).toHaveProperty(id)
  expect(await listOf(other)).toEqual({})
  server.clock.advance({ seconds: 60 })
  expect(await listOf()).toEqual({})
  const count = async () =>
    (await server.owner.query('select from api_key_revocations where api_key_id = $1', [id])).rowCount
  await server.runJob('sweep_api_key_revocations')
  expect(await count()).toBe(1)
  server.clock.advance({ hours: 1 })
  await server.runJob('sweep_api_key_revocations')
  expect(await count()).toBe(0)
})

test('apiKeyRevocations.get answers 304 to whoever has the list, until a key ends', async () => {
  const { id } = await environment.makeKey()
  const again = (etag: string | null) =>
    environment.browser().get(path, { 'if-none-match': `"other", W/${etag}` })
  let first = await environment.browser().get(path)
  let second = await again(first.headers.get('etag'))
  // The list is dated in steps, and one may have been over between the two.
  if (second.status === 200) {
    first = second
    second = await again(first.headers.get('etag'))
  }
  expect(first.headers.get('cache-control')).toBe('no-cache')
  expect([second.status, second.body]).toEqual([304, null])
  await environment.sdk.apiKeys.revoke(id, {})
  const third = await again(first.headers.get('etag'))
  expect(third.status).toBe(200)
  expect(decodeJwt(third.body.list).revoked).toHaveProperty(id)
})
