import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { makeApi } from './api.fixture.js'

const server = testServer()
let environment: TestEnvironment
let apiId: string

beforeAll(async () => {
  environment = await server.environment()
  apiId = await makeApi(environment)
})

test('apiKeys.list finds keys by what they are for, whose they are, how they are and what they are called', async () => {
  const { sdk } = environment
  const otherApi = await makeApi(environment)
  const user = await sdk.users.create({})
  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: user.id })
  const make = async (name: string, more = {}) =>
    (await sdk.apiKeys.create({ apiId, name, ...more })).apiKey.id
  const made: Record<string, string> = {}
  for (const [name, more] of Object.entries({
    environment: {},
    user: { userId: user.id },
    organization: { organizationId: organization.id },
    member: { userId: user.id, organizationId: organization.id },
    other: { apiId: otherApi },
    expired: { expiresAt: '2020-01-01T00:00:00Z' },
    '100%_Off': { enabled: false },
  })) {
    made[name] = await make(name, more)
  }
  await sdk.apiKeys.revoke(made.other ?? '')
  const found = async (query: Parameters<typeof sdk.apiKeys.list>[0]) => {
    const { apiKeys, total } = await sdk.apiKeys.list(query)
    expect(total).toBe(apiKeys.length)
    return apiKeys.map(({ name }) => name)
  }
  const all = ['100%_Off', 'expired', 'other', 'member', 'organization', 'user', 'environment']
  expect(await found({})).toEqual(all)
  expect(await found({ apiId: otherApi })).toEqual(['other'])
  expect(await found({ userId: user.id })).toEqual(['member', 'user'])
  expect(await found({ userId: `usr_${user.id.replaceAll('-', '')}` })).toEqual(['member', 'user'])
  expect(await found({ organizationId: organization.id })).toEqual(['member', 'organization'])
  expect(await found({ owner: 'user' })).toEqual(['member', 'user'])
  expect(await found({ owner: 'organization' })).toEqual(['organization'])
  expect(await found({ owner: 'environment' })).toEqual(['100%_Off', 'expired', 'other', 'environment'])
  expect(await found({ status: 'revoked' })).toEqual(['other'])
  expect(await found({ status: 'expired' })).toEqual(['expired'])
  expect(await found({ status: 'disabled' })).toEqual(['100%_Off'])
  expect(await found({ status: 'active', owner: 'environment' })).toEqual(['environment'])
  expect(await found({ search: 'MEMB' })).toEqual(['member'])
  expect(await found({ search: '%_' })).toEqual(['100%_Off'])
  const { prefix } = await sdk.apiKeys.get(made.user ?? '')
  expect(await found({ search: prefix ?? '' })).toEqual(['user'])
  expect(await found({ userId: 'bogus' })).toEqual([])

  const paged = []
  for await (const { name } of sdk.apiKeys.list({ limit: 2 })) paged.push(name)
  expect(paged).toEqual(all)
})

test('apiKeys.listUsage tells hours that are over and the one that runs, newest first', async () => {
  const { sdk } = environment
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Used' })
  const verified = async (times: number) => {
    const before = (await sdk.apiKeys.get(apiKey.id)).verificationCount
    for (let i = 0; i < times; i++) await sdk.apiKeys.verify({ apiKey: secret })
    await expect.poll(async () => (await sdk.apiKeys.get(apiKey.id)).verificationCount).toBe(before + times)
  }
  expect(await sdk.apiKeys.listUsage(apiKey.id)).toEqual({ usage: [], total: 0 })
  await verified(3)
  const [first] = (await sdk.apiKeys.listUsage(apiKey.id)).usage
  expect(first).toEqual({ hour: expect.stringMatching(/T\d\d:00:00\.000Z$/), verifications: 3 })
  server.clock.advance({ hours: 2 })
  await verified(2)
  const { usage, total } = await sdk.apiKeys.listUsage(apiKey.id)
  expect(total).toBe(5)
  expect(usage).toEqual([{ hour: expect.any(String), verifications: 2 }, first])
  const [second] = usage
  expect(Date.parse(second?.hour ?? '') - Date.parse(first?.hour ?? '')).toBe(7_200_000)
  const until = second?.hour ?? ''
  expect((await sdk.apiKeys.listUsage(apiKey.id, { until })).usage).toEqual([first])
  expect((await sdk.apiKeys.listUsage(apiKey.id, { from: until })).total).toBe(2)
  await expect(sdk.apiKeys.listUsage(apiKey.id, { from: '2000-01-01T00:00:00Z' })).rejects.toMatchObject({
    status: 400,
    code: 'invalid_request',
    errors: [{ pointer: '/from', detail: expect.stringContaining('366 days') }],
  })
})
