import type { SecretKeysCreateBody } from '@claviger/sdk'
import { Claviger } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { hashSecret, makeSecret } from '#kernel/secret'
import { defaultTerms, isOfKind, isWellFormedKey } from './secret-key.js'
import { insertKey } from './store.js'

const server = testServer()

const clientWith = (secretKey: string) => new Claviger({ baseUrl: server.url, secretKey, maxRetries: 0 })

/** The tables of which any row, as text, has this in it. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await server.owner.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'claviger'",
  )
  const found = []
  for (const { name } of rows) {
    const { rowCount } = await server.owner.query(
      `select from "${name}" t where strpos(t::text, $1) > 0 limit 1`,
      [text],
    )
    if (rowCount) found.push(name)
  }
  return found
}

test.each([
  ['secret', 'live', 'sk_live_'],
  ['secret', 'test', 'sk_test_'],
  ['publishable', 'live', 'pk_live_'],
  ['publishable', 'test', 'pk_test_'],
] as const)(
  'secretKeys.create makes a %s key of a %s environment that begins with %s',
  async (kind, name, prefix) => {
    const { operator } = await server.environment({ name })
    const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend of the shop', kind })
    expect(secret.startsWith(prefix)).toBe(true)
    expect(isOfKind(secret, kind) && isWellFormedKey(secret)).toBe(true)
    expect(secretKey).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      kind,
      name: 'Backend of the shop',
      description: null,
      prefix: secret.slice(0, 16),
      permissions: kind === 'secret' ? ['*'] : ['*:read'],
      allowedNamespaces: null,
      rateLimitPerMinute: null,
      rateLimitPerHour: null,
      status: 'active',
      enabled: true,
      createdBy: 'operator',
      expiresAt: null,
      deprecatedAt: null,
      gracePeriodEndsAt: null,
      replacedById: null,
      usesSinceDeprecation: 0,
      lastUsedAt: null,
      revokedAt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect((await operator.secretKeys.list({ limit: 1 })).secretKeys).toEqual([secretKey])
  },
)

test('secretKeys.create makes a secret key where no kind is named, and it works at once', async () => {
  const environment = await server.environment()
  const { secretKey, secret } = await environment.operator.secretKeys.create({ name: 'Backend' })
  expect(secretKey.kind).toBe('secret')
  expect((await clientWith(secret).environment.get()).id).toBe(environment.id)
})

test('secretKeys.create makes a publishable key that names the environment to a browser', async () => {
  const environment = await server.environment()
  const { secret } = await environment.operator.secretKeys.create({ name: 'Pages', kind: 'publishable' })
  const credentials = { email: 'ada@example.com', password: 'Correct-horse-battery-9' }
  const answer = await environment
    .browser()
    .post('/v1/auth/sign-up/email-password', credentials, { 'x-publishable-key': secret })
  expect(answer.status).toBe(201)
  expect((await environment.sdk.users.list()).total).toBe(1)
})

test('secretKeys.create shows the key once: nothing kept, recorded or logged gives it back', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create(
    { name: 'Backend' },
    { idempotencyKey: newId() },
  )
  await clientWith(secret).users.list()

  const { rows } = await server.owner.query('select * from secret_keys where id = $1', [secretKey.id])
  expect(rows[0].hash).toEqual(hashSecret(secret))
  expect(rows[0].prefix).toBe(secret.slice(0, 16))
  // Without the part that is shown on purpose, as text and as the bytes of a column.
  const hidden = secret.slice(16)
  expect(await tablesWith(hidden)).toEqual([])
  expect(await tablesWith(Buffer.from(hidden).toString('hex'))).toEqual([])
  expect(server.log.join('')).not.toContain(hidden)
  const shown = JSON.stringify([await operator.secretKeys.list(), await operator.events.list()])
  expect(shown).not.toContain(hidden)
  expect(shown).not.toContain(hashSecret(secret).toString('hex'))
})

test('secretKeys.create repeated with its idempotency key shows the same key, and makes one', async () => {
  const { operator } = await server.environment()
  const before = (await operator.secretKeys.list()).total
  const idempotencyKey = newId()
  const first = await operator.secretKeys.create({ name: 'Backend' }, { idempotencyKey })
  expect(await operator.secretKeys.create({ name: 'Backend' }, { idempotencyKey })).toEqual(first)
  expect((await operator.secretKeys.list()).total).toBe(before + 1)
})

test('secretKeys.create records that the operator made a key, once, without the key', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const { events, total } = await operator.events.list()
  expect(total).toBe(1)
  expect(events[0]).toMatchObject({
    type: 'secret_key.created',
    actor: { type: 'administrator', id: 'operator' },
    data: { secretKey },
  })
})

test('secretKeys.create makes as many keys as are asked for at once, all different', async () => {
  const { operator } = await server.environment()
  const before = (await operator.secretKeys.list()).total
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, i) => operator.secretKeys.create({ name: `Key ${i}` })),
  )
  expect(new Set(made.map(({ secret }) => secret)).size).toBe(50)
  expect(new Set(made.map(({ secretKey }) => secretKey.id)).size).toBe(50)
  expect((await operator.secretKeys.list()).total).toBe(before + 50)
})

test.each<[string, unknown]>([
  ['without a name', {}],
  ['with an empty name', { name: '' }],
  ['with a name that is too long', { name: 'x'.repeat(101) }],
  ['with a name that cannot be stored', { name: 'a\0' }],
  ['of a kind that there is not', { name: 'x', kind: 'operator' }],
  ['with a secret of the caller’s choice', { name: 'x', secret: 'sk_test_mine' }],
  ['with a hash', { name: 'x', hash: '00' }],
  ['with a permission that there is not', { name: 'x', permissions: ['users:delete'] }],
  ['with a permission twice', { name: 'x', permissions: ['users:read', 'users:read'] }],
  ['with permissions that are no list', { name: 'x', permissions: '*' }],
  ['with a namespace without a name', { name: 'x', allowedNamespaces: [''] }],
  ['with a limit of none', { name: 'x', rateLimitPerMinute: 0 }],
  ['with half a request', { name: 'x', rateLimitPerHour: 1.5 }],
  ['with an end that the calendar lacks', { name: 'x', expiresAt: '2030-02-31T00:00:00Z' }],
  ['of another environment', { name: 'x', environmentId: newId() }],
])('secretKeys.create refuses a key %s, and makes none', async (_, body) => {
  const { operator } = await server.environment()
  const before = await operator.secretKeys.list()
  await expect(operator.secretKeys.create(body as SecretKeysCreateBody)).rejects.toMatchObject({
    status: 400,
    code: 'invalid_request',
  })
  expect(await operator.secretKeys.list()).toEqual(before)
  expect((await operator.events.list()).total).toBe(0)
})

test('secretKeys.create keeps everything that is said of a key', async () => {
  const { operator } = await server.environment()
  const said = {
    description: 'Nightly export',
    permissions: ['users:read', 'organizations:read'] as const,
    allowedNamespaces: ['shop', 'billing'],
    rateLimitPerMinute: 100,
    rateLimitPerHour: 1_000,
  }
  const { secretKey } = await operator.secretKeys.create({
    name: 'Export',
    ...said,
    permissions: [...said.permissions],
    expiresAt: '2999-01-01T02:00:00+02:00',
  })
  expect(secretKey).toMatchObject({ ...said, expiresAt: '2999-01-01T00:00:00.000Z' })
  expect(await operator.secretKeys.get(secretKey.id)).toEqual(secretKey)
})

test('secretKeys.create makes a key that may only read, whatever there will be to read', async () => {
  const { operator } = await server.environment()
  const { secret } = await operator.secretKeys.create({ name: 'Reader', permissions: ['*:read'] })
  const reader = clientWith(secret)
  await Promise.all([reader.users.list(), reader.events.list(), reader.secretKeys.list()])
  await expect(reader.users.create({})).rejects.toMatchObject({ status: 403, code: 'permission_denied' })
})

test('secretKeys.create with an end that has passed makes a key that is refused', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({
    name: 'Late',
    expiresAt: '2020-01-01T00:00:00Z',
  })
  expect(secretKey.status).toBe('expired')
  await expect(clientWith(secret).users.list()).rejects.toMatchObject({
    status: 401,
    code: 'expired_api_key',
  })
})

test('a key works until its end and is refused from then on', async () => {
  const { operator } = await server.environment()
  const expiresAt = new Date(server.clock.now() + 3_600_000).toISOString()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'An hour', expiresAt })
  server.clock.advance({ minutes: 59 })
  await clientWith(secret).users.list()
  server.clock.advance({ minutes: 1, seconds: 1 })
  await expect(clientWith(secret).users.list()).rejects.toMatchObject({ code: 'expired_api_key' })
  expect(await operator.secretKeys.get(secretKey.id)).toMatchObject({ status: 'expired', enabled: true })
})

test('secretKeys.create by a key is told of the key that did it', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Provisioner' })
  const made = await clientWith(secret).secretKeys.create({ name: 'Made' })
  expect(made.secretKey.createdBy).toBe(secretKey.id)
  expect((await operator.secretKeys.list({ createdBy: secretKey.id })).secretKeys).toEqual([made.secretKey])
})

test('store.insertKey keeps no second key that begins as another one of its environment', async () => {
  const { id } = await server.environment()
  const key = {
    kind: 'secret',
    prefix: 'sk_test_12345678',
    createdBy: 'x',
    terms: { name: 'x', ...defaultTerms('secret') },
  }
  const insert = () =>
    server.database.transaction(id, (tx) =>
      insertKey(tx, { ...key, id: newId(), hash: hashSecret(makeSecret('sk_test_')) }),
    )
  expect(await insert()).toMatchObject({ prefix: key.prefix })
  expect(await insert()).toBeUndefined()
})
