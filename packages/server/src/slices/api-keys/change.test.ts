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

/** The id of the key that a secret is good for now. */
async function opened(secret: string): Promise<string | undefined> {
  const { valid, apiKey } = await environment.sdk.apiKeys.verify({ apiKey: secret })
  return valid ? apiKey?.id : undefined
}

test('apiKeys.rotate gives the same key another secret, and the old one opens nothing at once', async () => {
  const { sdk } = environment
  const old = await sdk.apiKeys.create({ apiId, name: 'Key', scopes: ['read:users'], credits: 5 })
  const { apiKey, secret } = await sdk.apiKeys.rotate(old.apiKey.id)
  expect(apiKey).toEqual({
    ...old.apiKey,
    prefix: secret.slice(0, 16),
    suffix: secret.slice(-4),
    updatedAt: apiKey.updatedAt,
  })
  expect(secret).not.toBe(old.secret)
  expect(await opened(old.secret)).toBeUndefined()
  expect(await opened(secret)).toBe(apiKey.id)
  const [event] = (await sdk.events.list({ type: 'api_key.rotated' })).events
  expect(event?.data).toEqual({ apiKey })
  expect(JSON.stringify(event)).not.toContain(secret.slice(16))
})

test('apiKeys.rotate lets the old secret work for the overlap, by the clock of the database', async () => {
  const { sdk } = environment
  const first = await sdk.apiKeys.create({ apiId, name: 'Key' })
  const { id } = first.apiKey
  const second = await sdk.apiKeys.rotate(id, { overlapSeconds: 3_600 })
  const endsMs = Date.parse(second.apiKey.previousSecretEndsAt ?? '')
  expect(endsMs - Date.parse(second.apiKey.updatedAt)).toBe(3_600_000)
  for (const secret of [first.secret, second.secret]) expect(await opened(secret)).toBe(id)
  // One old secret is kept: the next rotation ends the one before.
  const third = await sdk.apiKeys.rotate(id, { overlapSeconds: 3_600 })
  expect(await opened(first.secret)).toBeUndefined()
  server.clock.advance({ minutes: 59, seconds: 50 })
  expect(await opened(second.secret)).toBe(id)
  server.clock.advance({ seconds: 11 })
  expect(await opened(second.secret)).toBeUndefined()
  expect(await opened(third.secret)).toBe(id)
  expect((await sdk.apiKeys.get(id)).previousSecretEndsAt).toBeNull()
})

test('apiKeys.rotate asked for by many at once leaves one secret, that of the key', async () => {
  const { sdk } = environment
  const { apiKey } = await sdk.apiKeys.create({ apiId, name: 'Key' })
  const answers = await Promise.all(Array.from({ length: 8 }, () => sdk.apiKeys.rotate(apiKey.id)))
  const working = []
  for (const { secret } of answers) if (await opened(secret)) working.push(secret.slice(0, 16))
  expect(working).toEqual([(await sdk.apiKeys.get(apiKey.id)).prefix])
})

test('apiKeys.revoke ends a key for good, with its reason, and the first time counts', async () => {
  const { sdk } = environment
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Key' })
  const revoked = await sdk.apiKeys.revoke(apiKey.id, { reason: 'Found in public' })
  expect(revoked).toMatchObject({ status: 'revoked', revocationReason: 'Found in public' })
  expect(await sdk.apiKeys.revoke(apiKey.id, { reason: 'Again' })).toEqual(revoked)
  const { events } = await sdk.events.list({ type: 'api_key.revoked' })
  expect(events.map(({ data }) => data)).toEqual([{ apiKey: revoked }])
  const gone = { status: 409, code: 'api_key_revoked' }
  await expect(sdk.apiKeys.rotate(apiKey.id)).rejects.toMatchObject(gone)
  await expect(sdk.apiKeys.update(apiKey.id, { enabled: true })).rejects.toMatchObject(gone)
  expect(await opened(secret)).toBeUndefined()
})

test('apiKeys.delete removes a key, which then is as unknown as any other', async () => {
  const { sdk } = environment
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Key' })
  await sdk.apiKeys.delete(apiKey.id)
  expect(await opened(secret)).toBeUndefined()
  for (const operation of ['get', 'delete', 'rotate', 'revoke'] as const) {
    await expect(sdk.apiKeys[operation](apiKey.id), operation).rejects.toMatchObject({
      status: 404,
      code: 'api_key_not_found',
    })
  }
})

test('apiKeys.update changes what is named and nothing else', async () => {
  const { sdk } = environment
  const { apiKey } = await sdk.apiKeys.create({ apiId, name: 'Key', credits: 5, metadata: { a: 1 } })
  expect(await sdk.apiKeys.update(apiKey.id, {})).toEqual(apiKey)
  const given = {
    name: 'Other',
    scopes: ['write:users'],
    enabled: false,
    expiresAt: '2999-01-01T00:00:00.000Z',
    ipAllowList: ['10.0.0.0/8'],
    rateLimitPerMinute: 60,
    metadata: {},
  }
  const updated = await sdk.apiKeys.update(apiKey.id, given)
  expect(updated).toEqual({ ...apiKey, ...given, status: 'disabled', updatedAt: updated.updatedAt })
  expect(await sdk.apiKeys.update(apiKey.id, { enabled: true, expiresAt: null })).toMatchObject({
    ...given,
    enabled: true,
    expiresAt: null,
    credits: 5,
    status: 'active',
  })
  await expect(sdk.apiKeys.update(apiKey.id, { scopes: ['all'] })).rejects.toMatchObject({
    status: 400,
    code: 'unknown_scope',
  })
  for (const owned of [{ userId: newId() }, { apiId }, { verificationCount: 0 }, { createdBy: 'me' }]) {
    await expect(sdk.apiKeys.update(apiKey.id, owned as object)).rejects.toMatchObject({
      code: 'invalid_request',
    })
  }
})

test('apiKeys.update keeps the day of the next refill until the interval is another one', async () => {
  const { sdk } = environment
  const { apiKey } = await sdk.apiKeys.create({
    apiId,
    name: 'Key',
    credits: 5,
    creditRefill: { amount: 10, interval: 'day' },
  })
  const { id, creditRefillAt } = apiKey
  expect(Date.parse(creditRefillAt ?? '') - Date.parse(apiKey.createdAt)).toBe(86_400_000)
  server.clock.advance({ hours: 1 })
  const same = await sdk.apiKeys.update(id, { creditRefill: { amount: 20, interval: 'day' } })
  expect(same).toMatchObject({ credits: 5, creditRefillAt })
  server.clock.advance({ hours: 24 })
  // What is due is there before anybody spends of it.
  const due = await sdk.apiKeys.get(id)
  expect(due.credits).toBe(20)
  expect(Date.parse(due.creditRefillAt ?? '') - Date.parse(creditRefillAt ?? '')).toBe(86_400_000)
  const hourly = await sdk.apiKeys.update(id, { creditRefill: { amount: 1, interval: 'hour' } })
  expect(hourly.credits).toBe(20)
  expect(Date.parse(hourly.creditRefillAt ?? '') - Date.parse(hourly.updatedAt)).toBe(3_600_000)
  await expect(sdk.apiKeys.update(id, { credits: null })).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [{ pointer: '/credits' }],
  })
  expect(await sdk.apiKeys.update(id, { credits: null, creditRefill: null })).toMatchObject({
    credits: null,
    creditRefill: null,
    creditRefillAt: null,
  })
})
