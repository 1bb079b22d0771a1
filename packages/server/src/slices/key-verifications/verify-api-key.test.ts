import { createHash } from 'node:crypto'
import {
  createTestDatabase,
  startTestServer,
  type TestEnvironment,
  testServer,
} from '@claviger/server/testing'
import { beforeEach, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { makeSecret } from '#kernel/secret'

const server = testServer()
let environment: TestEnvironment
let apiId: string
beforeEach(async () => {
  environment = await server.environment()
  apiId = await makeApi(environment.id, 'https://api.example.com')
})

async function makeApi(environmentId: string, audience: string, { owner } = server): Promise<string> {
  const id = newId()
  await owner.query('insert into apis (environment_id, id, name, audience) values ($1, $2, $3, $3)', [
    environmentId,
    id,
    audience,
  ])
  return id
}

/** A key as it stands in the table, whatever its terms. */
async function makeKey(
  terms: Record<string, unknown> = {},
  { owner, environmentId = environment.id } = { owner: server.owner } as {
    owner: typeof server.owner
    environmentId?: string
  },
) {
  const secret = makeSecret('k_test_')
  const row: Record<string, unknown> = {
    environment_id: environmentId,
    id: newId(),
    api_id: apiId,
    name: 'Key',
    hash: createHash('sha256').update(secret).digest(),
    scopes: ['read:users'],
    ...terms,
  }
  const names = Object.keys(row)
  await owner.query(
    `insert into api_keys (${names}) values (${names.map((_, i) => `$${i + 1}`)})`,
    Object.values(row),
  )
  return { secret, id: row.id as string }
}

const verify = (apiKey: string, rest = {}) => environment.sdk.apiKeys.verify({ apiKey, ...rest })
const stored = async (id: string, owner = server.owner) =>
  (await owner.query('select * from api_keys where id = $1', [id])).rows[0]

test('apiKeys.verify tells what a valid key stands for, and counts', async () => {
  const { secret, id } = await makeKey({ metadata: { plan: 'pro' } })
  for (const verificationCount of [1, 2, 3]) {
    expect(await verify(secret, { audience: 'https://api.example.com', scopes: ['read:users'] })).toEqual({
      valid: true,
      code: 'valid',
      apiKey: {
        id,
        apiId,
        name: 'Key',
        userId: null,
        organizationId: null,
        scopes: ['read:users'],
        status: 'active',
        expiresAt: null,
        metadata: { plan: 'pro' },
        verificationCount,
        lastVerifiedAt: expect.any(String),
      },
      rateLimit: null,
      credits: null,
    })
  }
  await expect.poll(async () => (await stored(id)).verification_count).toBe('3')
})

const past = '2020-01-01T00:00:00.000Z'
test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['revoked', { revoked_at: past, expires_at: past }, {}],
  ['expired', { expires_at: past, enabled: false }, {}],
  ['disabled', { enabled: false }, {}],
  ['wrong_audience', {}, { audience: 'https://other.example.com', scopes: ['write:users'] }],
  ['insufficient_scope', {}, { scopes: ['read:users', 'write:users'] }],
  ['ip_refused', { ip_allow_list: ['203.0.113.0/24'] }, { ipAddress: '198.51.100.7' }],
  ['ip_refused', { ip_allow_list: ['203.0.113.0/24'] }, {}],
  ['credits_exhausted', { credits: 4 }, { cost: 5 }],
])('apiKeys.verify says %s of a key that is it, with %j and %j', async (code, terms, asked) => {
  const { secret, id } = await makeKey(terms)
  expect(await verify(secret, asked)).toMatchObject({
    valid: false,
    code,
    apiKey: { id, verificationCount: 0, lastVerifiedAt: null },
  })
})

test('apiKeys.verify takes an address in one of the networks of a key, and remembers it', async () => {
  const { secret, id } = await makeKey({ ip_allow_list: ['203.0.113.0/24', '2001:db8:0:0:0:0:0:0/32'] })
  expect((await verify(secret, { ipAddress: '203.0.113.9' })).code).toBe('valid')
  expect((await verify(secret, { ipAddress: '2001:db8::1' })).code).toBe('valid')
  await expect
    .poll(() => stored(id))
    .toMatchObject({ verification_count: '2', last_verified_ip: '2001:db8::1' })
})

test('apiKeys.verify tells nothing of a key of another environment, as of one that never was', async () => {
  const other = await server.environment()
  const { secret } = await makeKey()
  const unknown = await verify(makeSecret('k_test_'))
  expect(unknown).toEqual({ valid: false, code: 'not_found', apiKey: null, rateLimit: null, credits: null })
  expect(await other.sdk.apiKeys.verify({ apiKey: secret })).toEqual(unknown)
  expect(await verify('no key at all')).toEqual(unknown)
})

test('apiKeys.verify goes by what a key is at that moment: revoked, changed or rotated', async () => {
  const { secret, id } = await makeKey()
  expect((await verify(secret)).code).toBe('valid')
  await server.owner.query("update api_keys set scopes = '{}' where id = $1", [id])
  expect((await verify(secret, { scopes: ['read:users'] })).code).toBe('insufficient_scope')
  const next = makeSecret('k_test_')
  await server.owner.query(
    `update api_keys set previous_hash = hash, previous_ends_at = claviger.instant() + interval '1 hour', hash = $2
     where id = $1`,
    [id, createHash('sha256').update(next).digest()],
  )
  expect((await verify(secret)).apiKey?.id).toBe(id)
  expect((await verify(next)).apiKey?.id).toBe(id)
  server.clock.advance({ hours: 1, seconds: 1 })
  expect((await verify(secret)).code).toBe('not_found')
  expect((await verify(next)).code).toBe('valid')
  await server.owner.query('update api_keys set revoked_at = claviger.instant() where id = $1', [id])
  expect((await verify(next)).code).toBe('revoked')
})

test('apiKeys.verify refuses the keys of who is banned or has left, and only as long as that is so', async () => {
  const { userId } = await environment.signedUp()
  const { userId: memberId } = await environment.signedUp()
  const organization = await environment.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  await environment.sdk.memberships.create(organization.id, { userId: memberId, role: 'member' })
  const own = await makeKey({ user_id: userId })
  const member = await makeKey({ user_id: memberId, organization_id: organization.id })
  const shared = await makeKey({ organization_id: organization.id })
  const codes = async () =>
    (await Promise.all([own, member, shared].map(({ secret }) => verify(secret)))).map(({ code }) => code)
  expect(await codes()).toEqual(['valid', 'valid', 'valid'])
  await environment.sdk.users.ban(userId, { reason: 'Spam' })
  await environment.sdk.memberships.delete(organization.id, memberId)
  expect(await codes()).toEqual(['owner_disabled', 'owner_disabled', 'valid'])
  await environment.sdk.users.unban(userId)
  expect(await codes()).toEqual(['valid', 'owner_disabled', 'valid'])
  await environment.sdk.users.delete(userId)
  await environment.sdk.organizations.delete(organization.id)
  expect(await codes()).toEqual(['not_found', 'not_found', 'not_found'])
})

test('apiKeys.verify lets a minute pass as many as its limit, and says what is left', async () => {
  const { secret, id } = await makeKey({ rate_limit_per_minute: 3 })
  const found = await Promise.all(Array.from({ length: 5 }, () => verify(secret)))
  expect(found.filter(({ valid }) => valid)).toHaveLength(3)
  expect(found.filter(({ code }) => code === 'rate_limited')).toHaveLength(2)
  expect(found.map(({ rateLimit }) => rateLimit?.remaining).sort()).toEqual([0, 0, 0, 1, 2])
  expect(found[0]?.rateLimit).toMatchObject({ limit: 3, resetSeconds: expect.any(Number) })
  server.clock.advance({ minutes: 1, seconds: 1 })
  expect((await verify(secret)).valid).toBe(true)
  await expect.poll(async () => (await stored(id)).verification_count).toBe('4')
})

test('apiKeys.verify fills credits up when that is due, once, and keeps the days of the calendar', async () => {
  const { secret, id } = await makeKey({
    credits: 1,
    credits_refill_amount: 5,
    credits_refill_interval: 'month',
    credits_refill_at: new Date(server.clock.now() + 1_000).toISOString(),
  })
  expect(await verify(secret)).toMatchObject({ code: 'valid', credits: 0 })
  expect(await verify(secret)).toMatchObject({ code: 'credits_exhausted', credits: 0 })
  expect((await verify(secret, { cost: 0 })).code).toBe('valid')
  server.clock.advance({ seconds: 2 })
  expect(await verify(secret, { cost: 2 })).toMatchObject({ code: 'valid', credits: 3 })
  expect(await verify(secret, { cost: 4 })).toMatchObject({ code: 'credits_exhausted', credits: 3 })
  const { credits_refill_at: next } = await stored(id)
  const days = (next.getTime() - server.clock.now()) / 86_400_000
  expect(days).toBeGreaterThan(27)
  expect(days).toBeLessThan(32)
  // However long nobody came, there is one refill.
  server.clock.advance({ days: 100 })
  expect(await verify(secret)).toMatchObject({ code: 'valid', credits: 4 })
})

test('an hour that is over is written down exactly, however many nodes count at its end', async () => {
  // By the clock of the owner's connections, which nobody moves.
  const hourBefore = new Date(Math.floor(Date.now() / 3_600_000 - 1) * 3_600_000).toISOString()
  const { id } = await makeKey({ verification_count: 10, usage_base: 3, usage_hour: hourBefore })
  const counted = [[environment.id], [id], [2], [new Date().toISOString()], [null]]
  const count = () => server.owner.query('select claviger.count_api_keys($1, $2, $3, $4, $5)', counted)
  await Promise.all(Array.from({ length: 8 }, count))
  expect(await stored(id)).toMatchObject({ verification_count: '26', usage_base: '10' })
  const { rows } = await server.owner.query('select verifications from api_key_usage where api_key_id = $1', [
    id,
  ])
  expect(rows).toEqual([{ verifications: '7' }])
})

test('nodes that count the same keys at once do not lock each other, whatever order they came in', async () => {
  const made = await Promise.all(Array.from({ length: 60 }, () => makeKey()))
  const ids = made.map(({ id }) => id)
  const count = (inOrder: readonly string[]) =>
    server.owner.query('select claviger.count_api_keys($1, $2, $3, $4, $5)', [
      inOrder.map(() => environment.id),
      inOrder,
      inOrder.map(() => 1),
      inOrder.map(() => new Date().toISOString()),
      inOrder.map(() => null),
    ])
  const rounds = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? ids : ids.toReversed()))
  await Promise.all(rounds.map(count))
  const { rows } = await server.owner.query(
    'select distinct verification_count from api_keys where id = any($1)',
    [ids],
  )
  expect(rows).toEqual([{ verification_count: '60' }])
})

test('apiKeys.verify pays from both sides of two nodes exactly what there is, and counts every time', async () => {
  const database = await createTestDatabase()
  const first = await startTestServer(database)
  const second = await startTestServer(database, { seal: first.server.seal })
  const { owner } = first.server
  const shared = await first.server.environment()
  apiId = await makeApi(shared.id, 'https://api.example.com', first.server)
  const at = { owner, environmentId: shared.id }
  const paying = await makeKey({ credits: 100 }, at)
  const limited = await makeKey({ rate_limit_per_minute: 100 }, at)
  const counted = await makeKey({}, at)
  const noted = await makeKey({}, at)
  const ask = async (i: number, apiKey: string) => {
    const response = await fetch(`${[first, second][i % 2]?.server.url}/v1/admin/api-keys/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shared.secretKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ apiKey }),
    })
    return ((await response.json()) as { verification: { valid: boolean } }).verification
  }
  /** How many of so many are valid, a thousand of them under way at a time. */
  const valid = async (times: number, secret: string) => {
    let [asked, found] = [0, 0]
    const asker = async () => {
      while (asked < times) if ((await ask(asked++, secret)).valid) found++
    }
    await Promise.all(Array.from({ length: Math.min(times, 1_000) }, asker))
    return found
  }
  expect(await valid(1_000, paying.secret)).toBe(100)
  expect(await valid(300, limited.secret)).toBe(100)
  expect(await valid(10_000, counted.secret)).toBe(10_000)
  // A node that is killed leaves what it has noted; the next one that starts counts it.
  await owner.query('select claviger.note_api_key_counts($1, $2, $3, $4, $5)', [
    [shared.id],
    [noted.id],
    [5],
    [new Date()],
    [null],
  ])
  // The end of a node writes down what it has counted.
  await Promise.all([first.stop(), second.stop()])
  const third = await startTestServer(database, { seal: first.server.seal })
  const reading = third.server.owner
  expect((await stored(paying.id, reading)).credits).toBe('0')
  const counts = [paying, limited, counted].map(
    async ({ id }) => (await stored(id, reading)).verification_count,
  )
  expect(await Promise.all(counts)).toEqual(['100', '100', '10000'])
  await expect.poll(async () => (await stored(noted.id, reading)).verification_count).toBe('5')
  await third.stop()
  await database.drop()
})
