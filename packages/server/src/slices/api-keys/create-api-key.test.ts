import type { ApiKeysCreateBody } from '@claviger/sdk'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { hashSecret, isWellFormedSecret } from '#kernel/secret'
import { makeApi } from './api.fixture.js'
import { makeKey } from './api-key.js'

const server = testServer()
let environment: TestEnvironment
let apiId: string

beforeAll(async () => {
  environment = await server.environment()
  apiId = await makeApi(environment)
})

test('makeKey makes keys of 256 random bits in base62 with a checksum, all different', () => {
  const made = Array.from({ length: 100_000 }, () => makeKey('live'))
  expect(new Set(made.map(({ secret }) => secret)).size).toBe(made.length)
  const isAsItShouldBe = ({ secret, kept }: (typeof made)[number]) =>
    /^k_live_[0-9A-Za-z]{49}$/.test(secret) &&
    isWellFormedSecret(secret, 'k_live_') &&
    kept.hash.equals(hashSecret(secret)) &&
    kept.prefix === secret.slice(0, 16) &&
    kept.suffix === secret.slice(-4)
  expect(made.filter((key) => !isAsItShouldBe(key))).toEqual([])
  // 43 digits of base62 hold 256 bits, whose most significant digit is the only one that is not even.
  expect(62n ** 43n > 2n ** 256n).toBe(true)
  const digits = made.map(({ secret }) => secret.slice(8, 50)).join('')
  const counts = new Map<string, number>()
  for (const digit of digits) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const expected = digits.length / 62
  const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  expect(counts.size).toBe(62)
  // 61 degrees of freedom: a fair source goes beyond 150 once in 10⁸ runs.
  expect(chiSquared).toBeLessThan(150)
})

test('apiKeys.create makes a key of the environment that nothing is said of, and shows its secret', async () => {
  const { sdk } = environment
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Production' })
  expect(isWellFormedSecret(secret, 'k_test_')).toBe(true)
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(apiKey).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    apiId,
    name: 'Production',
    userId: null,
    organizationId: null,
    prefix: secret.slice(0, 16),
    suffix: secret.slice(-4),
    scopes: [],
    status: 'active',
    enabled: true,
    expiresAt: null,
    previousSecretEndsAt: null,
    ipAllowList: null,
    rateLimitPerMinute: null,
    credits: null,
    creditRefill: null,
    creditRefillAt: null,
    metadata: {},
    createdBy: expect.any(String),
    verificationCount: 0,
    lastVerifiedAt: null,
    lastVerifiedIp: null,
    revokedAt: null,
    revocationReason: null,
    createdAt: instant,
    updatedAt: instant,
  })
  expect(await sdk.apiKeys.get(apiKey.id)).toEqual(apiKey)
})

test('apiKeys.create keeps everything that is said of a key, networks in their canonical form', async () => {
  const { sdk } = environment
  const user = await sdk.users.create({})
  const said = {
    name: 'Export',
    userId: user.id,
    scopes: ['read:users', 'write:users'],
    enabled: false,
    rateLimitPerMinute: 600,
    credits: 0,
    creditRefill: { amount: 1_000, interval: 'month' as const },
    metadata: { plan: 'gold', nested: { a: [1, null] } },
  }
  const { apiKey } = await sdk.apiKeys.create({
    apiId,
    ...said,
    expiresAt: '2999-01-01T02:00:00+02:00',
    ipAllowList: [
      '203.0.113.9/24',
      '203.0.113.0/24',
      '198.51.100.7',
      '2001:DB8::/32',
      '::1',
      '::ffff:10.0.0.1/104',
    ],
  })
  expect(apiKey).toMatchObject({
    ...said,
    status: 'disabled',
    expiresAt: '2999-01-01T00:00:00.000Z',
    ipAllowList: [
      '203.0.113.0/24',
      '198.51.100.7/32',
      '2001:db8:0:0:0:0:0:0/32',
      '0:0:0:0:0:0:0:1/128',
      '10.0.0.0/8',
    ],
  })
  const refillInDays = (Date.parse(apiKey.creditRefillAt ?? '') - Date.parse(apiKey.createdAt)) / 86_400_000
  expect(refillInDays).toBeGreaterThanOrEqual(28)
  expect(refillInDays).toBeLessThanOrEqual(31)
  expect(await sdk.apiKeys.get(apiKey.id)).toEqual(apiKey)
})

test('apiKeys.create shows the secret once: nothing kept, recorded or logged gives it back', async () => {
  const { sdk, operator } = environment
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Once' }, { idempotencyKey: newId() })
  const hidden = secret.slice(16)
  const { rows: tables } = await server.owner.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'claviger'",
  )
  for (const { name } of tables) {
    const { rowCount } = await server.owner.query(
      `select from "${name}" t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0 limit 1`,
      [hidden, Buffer.from(hidden).toString('hex')],
    )
    expect(rowCount, name).toBe(0)
  }
  expect(server.log.join('')).not.toContain(hidden)
  const shown = JSON.stringify([await sdk.apiKeys.list(), await operator.events.list()])
  expect(shown).not.toContain(hidden)
  expect(shown).not.toContain(hashSecret(secret).toString('hex'))
  const [event] = (await sdk.events.list({ type: 'api_key.created' })).events
  expect(event?.data).toEqual({ apiKey })
})

test.each<[string, object]>([
  ['without a name', { name: undefined }],
  ['with a name of blanks', { name: ' ' }],
  ['with a secret of the caller’s choice', { secret: 'k_test_mine' }],
  ['with a hash', { hash: '00' }],
  ['with a count of its own', { verificationCount: 9 }],
  ['made by somebody else', { createdBy: newId() }],
  ['revoked from the start', { revokedAt: '2020-01-01T00:00:00Z' }],
  ['with a scope twice', { scopes: ['read:users', 'read:users'] }],
  ['with a limit of none', { rateLimitPerMinute: 0 }],
  ['with debts', { credits: -1 }],
  ['filled up without a limit', { creditRefill: { amount: 1, interval: 'day' } }],
  [
    'filled up by a field that there is not',
    { credits: 1, creditRefill: { amount: 1, interval: 'day', at: 1 } },
  ],
  ['filled up every year', { credits: 1, creditRefill: { amount: 1, interval: 'year' } }],
  ['allowed from nowhere', { ipAllowList: [] }],
  ['allowed from half an address', { ipAllowList: ['203.0.113'] }],
  ['allowed from too narrow a network', { ipAllowList: ['203.0.113.0/33'] }],
  ['allowed from a part of what says IPv4', { ipAllowList: ['::ffff:10.0.0.1/8'] }],
])('apiKeys.create refuses a key %s, and makes none', async (_, more) => {
  const { sdk } = environment
  const { total } = await sdk.apiKeys.list()
  const body = { apiId, name: 'x', ...more } as ApiKeysCreateBody
  await expect(sdk.apiKeys.create(body)).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
  expect((await sdk.apiKeys.list()).total).toBe(total)
})

test('apiKeys.create says which network is none', async () => {
  const asked = environment.sdk.apiKeys.create({ apiId, name: 'x', ipAllowList: ['10.0.0.1', '10.0.0.256'] })
  await expect(asked).rejects.toMatchObject({
    errors: [{ pointer: '/ipAllowList/1', detail: expect.stringContaining('203.0.113.0/24') }],
  })
})

test('apiKeys.create refuses APIs, scopes and owners that the environment has not, alike wherever they are', async () => {
  const { sdk, id } = environment
  const other = await server.environment()
  const otherApi = await makeApi(other)
  const [stranger, strange, user, organization] = await Promise.all([
    other.sdk.users.create({}),
    other.sdk.organizations.create({ name: 'Other', slug: 'other' }),
    sdk.users.create({}),
    sdk.organizations.create({ name: 'Acme', slug: 'acme' }),
  ])
  const { rows } = await server.owner.query(
    'select id from apis where environment_id = $1 and audience is null',
    [id],
  )
  const refused = (more: object) => {
    const asked = sdk.apiKeys.create({ apiId, name: 'x', ...more })
    return expect(asked, JSON.stringify(more)).rejects
  }
  for (const unknown of [otherApi, newId(), 'bogus', '', rows[0].id]) {
    await refused({ apiId: unknown }).toMatchObject({ status: 404, code: 'unknown_api' })
  }
  await refused({ scopes: ['read:users', 'all'] }).toMatchObject({
    code: 'unknown_scope',
    detail: expect.stringContaining('all'),
    errors: [{ pointer: '/scopes/1' }],
  })
  for (const userId of [stranger.id, newId(), 'bogus']) {
    await refused({ userId }).toMatchObject({ code: 'unknown_owner', errors: [{ pointer: '/userId' }] })
  }
  for (const organizationId of [strange.id, 'bogus']) {
    await refused({ organizationId }).toMatchObject({ errors: [{ pointer: '/organizationId' }] })
  }
  await refused({ userId: user.id, organizationId: organization.id }).toMatchObject({ code: 'unknown_owner' })

  await sdk.memberships.create(organization.id, { userId: user.id })
  const owner = { userId: user.id, organizationId: organization.id }
  expect((await sdk.apiKeys.create({ apiId, name: 'Member', ...owner })).apiKey).toMatchObject(owner)
})

test('apiKeys.create takes scopes by their ids as well, and keeps their keys', async () => {
  const { sdk } = environment
  const { rows } = await server.owner.query('select id from api_scopes where api_id = $1 and key = $2', [
    apiId,
    'read:users',
  ])
  const id: string = rows[0].id
  const scopes = ['write:users', `api_scope_${id.replaceAll('-', '')}`, 'read:users']
  const { apiKey } = await sdk.apiKeys.create({ apiId, name: 'x', scopes })
  expect(apiKey.scopes).toEqual(['write:users', 'read:users'])
  expect((await sdk.apiKeys.update(apiKey.id, { scopes: [id] })).scopes).toEqual(['read:users'])

  const other = await makeApi(environment)
  await expect(sdk.apiKeys.create({ apiId: other, name: 'x', scopes: [id] })).rejects.toMatchObject({
    code: 'unknown_scope',
  })
})

test('a key expires by the clock of the database', async () => {
  const { sdk } = environment
  const expiresAt = new Date(server.clock.now() + 3_600_000).toISOString()
  const { apiKey } = await sdk.apiKeys.create({ apiId, name: 'An hour', expiresAt })
  server.clock.advance({ minutes: 59, seconds: 50 })
  expect((await sdk.apiKeys.get(apiKey.id)).status).toBe('active')
  server.clock.advance({ seconds: 11 })
  expect((await sdk.apiKeys.get(apiKey.id)).status).toBe('expired')
  const { apiKeys } = await sdk.apiKeys.list({ status: 'expired' })
  expect(apiKeys.map(({ id }) => id)).toEqual([apiKey.id])
})
