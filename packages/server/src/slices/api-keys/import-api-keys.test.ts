import { createHash } from 'node:crypto'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { makeApi } from './api.fixture.js'

const server = testServer()
let environment: TestEnvironment
let apiId: string

beforeAll(async () => {
  environment = await server.environment()
  apiId = await makeApi(environment)
})

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
const key = (text: string, more = {}) => ({ sha256: sha256(text), apiId, name: text, ...more })
const verify = (apiKey: string, { sdk } = environment) => sdk.apiKeys.verify({ apiKey })

test('apiKeys.import takes over keys that customers have, and leaves those that are there', async () => {
  const { sdk } = environment
  const user = await sdk.users.create({})
  const keys = [
    key('legacy-1', { prefix: 'lega', suffix: 'cy-1', scopes: ['read:users'], userId: user.id, credits: 7 }),
    key('legacy-2', { sha256: sha256('legacy-2').toUpperCase() }),
    key('legacy-1', { name: 'Twice in one request' }),
  ]
  expect(await sdk.apiKeys.import({ apiKeys: keys })).toEqual({ imported: 2, known: 1 })
  expect(await verify('legacy-1')).toMatchObject({
    valid: true,
    apiKey: { userId: user.id, scopes: ['read:users'] },
    credits: 6,
  })
  expect((await verify('legacy-2')).valid).toBe(true)

  const renamed = [key('legacy-1', { name: 'Other', scopes: [] }), key('legacy-3')]
  expect(await sdk.apiKeys.import({ apiKeys: renamed })).toEqual({ imported: 1, known: 1 })
  const { apiKeys } = await sdk.apiKeys.list({ search: 'lega' })
  expect(apiKeys.map(({ name }) => name).sort()).toEqual(['legacy-1', 'legacy-2', 'legacy-3'])
  expect(apiKeys.find(({ name }) => name === 'legacy-1')).toMatchObject({
    prefix: 'lega',
    suffix: 'cy-1',
    scopes: ['read:users'],
  })
  const { events, total } = await sdk.events.list({ type: 'api_key.imported' })
  expect(total).toBe(3)
  expect(JSON.stringify(events)).not.toContain(sha256('legacy-1'))
})

test('apiKeys.import leaves the old secret of a rotated key with that key while it works', async () => {
  const { sdk } = environment
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Key' })
  await sdk.apiKeys.rotate(apiKey.id, { overlapSeconds: 60 })
  expect(await sdk.apiKeys.import({ apiKeys: [key(secret)] })).toEqual({ imported: 0, known: 1 })
  expect((await verify(secret)).apiKey?.id).toBe(apiKey.id)
})

test('apiKeys.import of the same keys by many at once takes each over once', async () => {
  const { sdk } = environment
  const names = Array.from({ length: 20 }, (_, i) => `same-${i}`)
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) => {
      const keys = names.map((name) => key(name))
      return sdk.apiKeys.import({ apiKeys: i % 2 ? keys : keys.reverse() })
    }),
  )
  expect(answers.reduce((sum, { imported }) => sum + imported, 0)).toBe(20)
  expect((await sdk.apiKeys.list({ search: 'same-' })).total).toBe(20)
})

test('apiKeys.import takes over all or none, and says which key it stumbled over', async () => {
  const { sdk } = environment
  const { total } = await sdk.apiKeys.list()
  const refused = async (wrong: object) =>
    sdk.apiKeys.import({ apiKeys: [key('fine'), key('wrong', wrong)] }).catch((error) => error)
  expect(await refused({ scopes: ['all'] })).toMatchObject({
    code: 'unknown_scope',
    errors: [{ pointer: '/apiKeys/1/scopes/0' }],
  })
  expect(await refused({ apiId: newId() })).toMatchObject({
    code: 'unknown_api',
    errors: [{ pointer: '/apiKeys/1/apiId' }],
  })
  expect(await refused({ userId: newId() })).toMatchObject({ errors: [{ pointer: '/apiKeys/1/userId' }] })
  expect(await refused({ ipAllowList: ['10.0.0.300'] })).toMatchObject({
    errors: [{ pointer: '/apiKeys/1/ipAllowList/0' }],
  })
  for (const wrong of [{ sha256: 'abc' }, { verificationCount: 5 }, { prefix: 'x'.repeat(17) }]) {
    expect(await refused(wrong)).toMatchObject({ status: 400, code: 'invalid_request' })
  }
  expect((await sdk.apiKeys.list()).total).toBe(total)
})

test('apiKeys.import does not tell that a key is known elsewhere, and each environment finds its own', async () => {
  const other = await server.environment()
  const otherApi = await makeApi(other)
  const shared = key('known-elsewhere')
  expect(await environment.sdk.apiKeys.import({ apiKeys: [shared] })).toEqual({ imported: 1, known: 0 })
  expect(await other.sdk.apiKeys.import({ apiKeys: [{ ...shared, apiId: otherApi }] })).toEqual({
    imported: 1,
    known: 0,
  })
  const [here, there] = await Promise.all([verify('known-elsewhere'), verify('known-elsewhere', other)])
  expect(here.apiKey?.apiId).toBe(apiId)
  expect(there.apiKey?.apiId).toBe(otherApi)
  await other.sdk.apiKeys.revoke(there.apiKey?.id ?? '')
  expect((await verify('known-elsewhere')).valid).toBe(true)
})
