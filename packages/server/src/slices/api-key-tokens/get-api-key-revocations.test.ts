import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { makeSecret } from '#kernel/secret'
import { statement } from '#platform/db/statement'
import { exchange, makeApi, makeKey } from './key.fixture.js'

const server = testServer()
let environment: TestEnvironment
let apiId: string
beforeAll(async () => {
  environment = await server.environment()
  apiId = await makeApi(server, environment)
})

const path = '/.well-known/api-keys/revocations'
const makeOwn = (terms = {}) => makeKey(server, environment, apiId, terms)
const listOf = async (where = environment) =>
  decodeJwt((await where.browser().get(path)).body.list).revoked as Record<string, number>
const isGood = async (token: string) => {
  const { key_id, key_version } = decodeJwt<{ key_id: string; key_version: number }>(token)
  return key_version >= ((await listOf())[key_id] ?? 0)
}
/** Changes a key as the application does, by its clock. */
const change = (id: string, set: string) =>
  server.database.transaction(environment.id, (tx) =>
    tx.run(statement(`update api_keys set ${set} where id = $1`, [id])),
  )
const anew = () => `hash = sha256('${makeSecret('k_test_')}')`

test('apiKeyRevocations.get answers a list that is signed, dated and short, and the same by path', async () => {
  const { id } = await makeOwn()
  await change(id, 'revoked_at = instant()')
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

const inSeconds = (seconds: number) => `instant() + interval '${seconds} seconds'`
test.each<[string, string]>([
  ['revoked', 'revoked_at = instant()'],
  ['disabled', 'enabled = false'],
  ['cut short', `expires_at = instant()`],
  ['given another secret', `${anew()}`],
  [
    'given another secret, the old one kept in name only',
    `previous_hash = hash, previous_ends_at = instant(), ${anew()}`,
  ],
  ['deprived of a scope', "scopes = '{}'"],
])('apiKeyRevocations.get lists a key that was %s, and its tokens from before', async (_what, set) => {
  const { id, secret } = await makeOwn()
  const { token } = await exchange(environment, secret)
  expect(await isGood(token)).toBe(true)
  await change(id, set)
  expect(await isGood(token)).toBe(false)
})

test('apiKeyRevocations.get lists keys that were deleted, and those whose owner ended', async () => {
  const { sdk } = environment
  const [banned, deleted, left] = await Promise.all([0, 1, 2].map(() => sdk.users.create({})))
  const [acme, gone] = await Promise.all(
    ['acme', 'gone'].map((slug) => sdk.organizations.create({ name: slug, slug })),
  )
  await sdk.memberships.create(acme?.id ?? '', { userId: left?.id ?? '' })
  const terms = [
    {},
    { user_id: banned?.id },
    { user_id: deleted?.id },
    { user_id: left?.id, organization_id: acme?.id },
    { organization_id: gone?.id },
  ]
  const spared = await makeOwn({ user_id: left?.id })
  const keys = await Promise.all(terms.map(makeOwn))
  const tokens = await Promise.all(
    keys.map(async ({ secret }) => (await exchange(environment, secret)).token),
  )
  await server.owner.query('delete from api_keys where id = $1', [keys[0]?.id])
  await sdk.users.ban(banned?.id ?? '')
  await sdk.users.delete(deleted?.id ?? '')
  await sdk.memberships.delete(acme?.id ?? '', left?.id ?? '')
  await sdk.organizations.delete(gone?.id ?? '')
  expect(await Promise.all(tokens.map(isGood))).toEqual(keys.map(() => false))
  const list = await listOf()
  expect(list).not.toHaveProperty(spared.id)
  // Who is let in again has good tokens at once.
  await sdk.users.unban(banned?.id ?? '')
  expect(await isGood((await exchange(environment, keys[1]?.secret ?? '')).token)).toBe(true)
})

test('apiKeyRevocations.get spares what goes on working: the tokens of after, and the overlap of a rotation', async () => {
  const { id, secret } = await makeOwn()
  const before = (await exchange(environment, secret)).token
  await change(id, 'enabled = false')
  await change(id, 'enabled = true')
  const after = (await exchange(environment, secret)).token
  expect(await Promise.all([before, after].map(isGood))).toEqual([false, true])
  await change(id, `previous_hash = hash, previous_ends_at = ${inSeconds(60)}, ${anew()}`)
  expect(await isGood(after)).toBe(true)
  server.clock.advance({ seconds: 61 })
  expect(await isGood(after)).toBe(false)

  const harmless = await makeOwn()
  await exchange(environment, harmless.secret)
  await change(harmless.id, "name = 'Other', scopes = '{read:users,write:users}', credits = 7")
  expect(await listOf()).not.toHaveProperty(harmless.id)
  const later = await makeOwn()
  await change(later.id, `expires_at = ${inSeconds(120)}`)
  expect(await listOf()).not.toHaveProperty(later.id)
  server.clock.advance({ seconds: 121 })
  expect(await listOf()).toHaveProperty(later.id)
})

test('apiKeyRevocations.get forgets a key when no token of it can live any more, and keeps environments apart', async () => {
  const other = await server.environment()
  const { id } = await makeOwn()
  await change(id, 'revoked_at = instant()')
  server.clock.advance({ seconds: 310 })
  expect(await listOf()).toHaveProperty(id)
  expect(await listOf(other)).toEqual({})
  server.clock.advance({ seconds: 60 })
  expect(await listOf()).toEqual({})
  const rows = async () =>
    (await server.owner.query('select from api_key_revocations where api_key_id = $1', [id])).rowCount
  await server.runJob('sweep_api_key_revocations')
  expect(await rows()).toBe(1)
  server.clock.advance({ hours: 1 })
  await server.runJob('sweep_api_key_revocations')
  expect(await rows()).toBe(0)
})

test('apiKeyRevocations.get answers 304 to whoever has the list, until a key ends', async () => {
  const { id } = await makeOwn()
  // The list is dated in steps; between two requests one may be over.
  const again = async (etag: string | null) =>
    environment.browser().get(path, { 'if-none-match': `"other", W/${etag}` })
  let first = await environment.browser().get(path)
  let second = await again(first.headers.get('etag'))
  if (second.status === 200) {
    first = second
    second = await again(first.headers.get('etag'))
  }
  expect(first.headers.get('cache-control')).toBe('no-cache')
  expect([second.status, second.body]).toEqual([304, null])
  await change(id, 'revoked_at = instant()')
  const third = await again(first.headers.get('etag'))
  expect(third.status).toBe(200)
  expect(decodeJwt(third.body.list).revoked).toHaveProperty(id)
})
