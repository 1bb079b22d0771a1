import { Claviger } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

async function listWith(secretKey: string) {
  const response = await fetch(`${server.url}/v1/admin/users`, {
    headers: { authorization: `Bearer ${secretKey}` },
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

test('secretKeys.rotate makes a key that is as the old one, and deprecates that for a day', async () => {
  const { operator } = await server.environment()
  const terms = {
    description: 'Nightly export',
    permissions: ['users:read' as const],
    allowedNamespaces: ['shop'],
    rateLimitPerMinute: 100,
    rateLimitPerHour: 1_000,
    expiresAt: '2999-01-01T00:00:00.000Z',
  }
  const old = await operator.secretKeys.create({ name: 'Export', ...terms })
  const { secretKey, secret, replaced } = await operator.secretKeys.rotate(old.secretKey.id)
  expect(secretKey).toMatchObject({
    ...terms,
    name: 'Export (rotated)',
    kind: 'secret',
    status: 'active',
    deprecatedAt: null,
    replacedById: null,
  })
  expect(secret).not.toBe(old.secret)
  expect(replaced).toEqual({
    ...old.secretKey,
    status: 'deprecated',
    deprecatedAt: replaced.deprecatedAt,
    gracePeriodEndsAt: replaced.gracePeriodEndsAt,
    replacedById: secretKey.id,
  })
  const graceMs = Date.parse(replaced.gracePeriodEndsAt ?? '') - Date.parse(replaced.deprecatedAt ?? '')
  expect(graceMs).toBe(24 * 3_600_000)
  expect(await operator.secretKeys.get(old.secretKey.id)).toEqual(replaced)
  expect(await operator.secretKeys.get(secretKey.id)).toEqual(secretKey)
})

test('secretKeys.rotate lets both keys in until the grace period is over, then the new one', async () => {
  const { operator } = await server.environment()
  const old = await operator.secretKeys.create({ name: 'Backend' })
  const made = await operator.secretKeys.rotate(old.secretKey.id, { gracePeriodHours: 2 })
  server.clock.advance({ hours: 1, minutes: 59, seconds: 50 })
  for (const secret of [old.secret, made.secret]) expect((await listWith(secret)).status).toBe(200)
  server.clock.advance({ seconds: 11 })
  expect(await listWith(old.secret)).toMatchObject({ status: 401, body: { message: 'expired_api_key' } })
  expect((await listWith(made.secret)).status).toBe(200)
  expect((await operator.secretKeys.get(old.secretKey.id)).status).toBe('expired')
})

test('secretKeys.rotate refuses no request of those who use either key meanwhile', async () => {
  const { operator } = await server.environment()
  let current = await operator.secretKeys.create({ name: 'Backend' })
  let rotations = 0
  const refusals: number[] = []
  const client = async () => {
    while (rotations < 5) {
      const { status } = await listWith(current.secret)
      if (status !== 200) refusals.push(status)
    }
  }
  const clients = Array.from({ length: 10 }, client)
  for (; rotations < 5; rotations++) current = await operator.secretKeys.rotate(current.secretKey.id)
  await Promise.all(clients)
  expect(refusals).toEqual([])
})

test('secretKeys.rotate without a grace period ends the old key at once', async () => {
  const { operator } = await server.environment()
  const old = await operator.secretKeys.create({ name: 'Backend' })
  const made = await operator.secretKeys.rotate(old.secretKey.id, { gracePeriodHours: 0, name: 'Next' })
  expect(made.secretKey.name).toBe('Next')
  expect((await listWith(old.secret)).status).toBe(401)
  expect((await listWith(made.secret)).status).toBe(200)
})

test('an answer to a deprecated key says since when it is and when it ends, a refusal too', async () => {
  const { operator } = await server.environment()
  const old = await operator.secretKeys.create({ name: 'Backend', permissions: ['users:read'] })
  const plain = await listWith(old.secret)
  expect([plain.headers.get('deprecation'), plain.headers.get('sunset')]).toEqual([null, null])
  const { replaced } = await operator.secretKeys.rotate(old.secretKey.id)
  const { headers } = await listWith(old.secret)
  expect(headers.get('deprecation')).toBe(`@${Math.floor(Date.parse(replaced.deprecatedAt ?? '') / 1_000)}`)
  expect(headers.get('sunset')).toMatch(httpDate)
  const endSeconds = Math.floor(Date.parse(replaced.gracePeriodEndsAt ?? '') / 1_000)
  expect(Date.parse(headers.get('sunset') ?? '') / 1_000).toBe(endSeconds)

  const refused = await fetch(`${server.url}/v1/admin/organizations`, {
    headers: { authorization: `Bearer ${old.secret}` },
  })
  expect(refused.status).toBe(403)
  expect(refused.headers.get('deprecation')).toBe(headers.get('deprecation'))
})

test('an answer to a deprecated publishable key says so to the page', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Pages', kind: 'publishable' })
  const ask = () => fetch(`${server.url}/.well-known/jwks.json`, { headers: { 'x-publishable-key': secret } })
  expect((await ask()).headers.get('deprecation')).toBeNull()
  const { secret: next } = await operator.secretKeys.rotate(secretKey.id)
  expect(next).toMatch(/^pk_test_/)
  const answer = await ask()
  expect([answer.status, answer.headers.get('deprecation')]).toEqual([200, expect.stringMatching(/^@\d+$/)])
})

test('secretKeys.rotate cuts a name between characters where it would be too long', async () => {
  const { operator } = await server.environment()
  const old = await operator.secretKeys.create({ name: '🔑'.repeat(100) })
  const { secretKey } = await operator.secretKeys.rotate(old.secretKey.id)
  expect(secretKey.name).toBe(`${'🔑'.repeat(90)} (rotated)`)
})

test('secretKeys.rotate makes one key when 20 ask for it together, and says which it is', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const { total } = await operator.secretKeys.list()
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, () => operator.secretKeys.rotate(secretKey.id)),
  )
  const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  expect(made).toHaveLength(1)
  for (const answer of answers) {
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({
        status: 409,
        code: 'secret_key_rotated',
        detail: expect.stringContaining(made[0]?.secretKey.id ?? ''),
      })
  }
  expect((await operator.secretKeys.list()).total).toBe(total + 1)
})

test('secretKeys.rotate records the new key and what it replaces, without any secret', async () => {
  const { operator } = await server.environment()
  const old = await operator.secretKeys.create({ name: 'Backend' })
  const { secretKey, secret, replaced } = await operator.secretKeys.rotate(old.secretKey.id)
  const { events } = await operator.events.list()
  expect(events.map(({ type }) => type).sort()).toEqual([
    'secret_key.created',
    'secret_key.created',
    'secret_key.rotated',
  ])
  const rotated = events.find(({ type }) => type === 'secret_key.rotated')
  expect(rotated?.data).toEqual({ secretKey: replaced, replacement: secretKey })
  expect(JSON.stringify(events)).not.toContain(secret.slice(16))
})

test('secretKeys.rotate repeated with its idempotency key shows the same new key', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const rotate = () => operator.secretKeys.rotate(secretKey.id, {}, { idempotencyKey: 'rotation-1' })
  expect(await rotate()).toEqual(await rotate())
})

test('secretKeys.rotate refuses a key that is over, and makes none', async () => {
  const { operator } = await server.environment()
  const [revoked, expired] = await Promise.all([
    operator.secretKeys.create({ name: 'Revoked' }),
    operator.secretKeys.create({ name: 'Expired', expiresAt: '2020-01-01T00:00:00Z' }),
  ])
  await operator.secretKeys.revoke(revoked.secretKey.id)
  const { total } = await operator.secretKeys.list()
  await expect(operator.secretKeys.rotate(revoked.secretKey.id)).rejects.toMatchObject({
    status: 409,
    code: 'secret_key_revoked',
  })
  await expect(operator.secretKeys.rotate(expired.secretKey.id)).rejects.toMatchObject({
    status: 409,
    code: 'secret_key_expired',
  })
  expect((await operator.secretKeys.list()).total).toBe(total)
})

test.each([-1, 721, '24', null])('secretKeys.rotate refuses a grace period of %j hours', async (hours) => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  await expect(
    operator.secretKeys.rotate(secretKey.id, { gracePeriodHours: hours as number }),
  ).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
})

test('a key rotates itself, and lets nobody in who still has it after the grace period', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  const client = (key: string) => new Claviger({ baseUrl: server.url, secretKey: key, maxRetries: 0 })
  const next = await client(secret).secretKeys.rotate(secretKey.id)
  // Who only has the old one gets no key out of it that outlives it.
  await expect(client(secret).secretKeys.create({ name: 'Mine' })).rejects.toMatchObject({
    status: 403,
    code: 'permission_exceeds_own',
  })
  await expect(client(secret).secretKeys.rotate(next.secretKey.id)).rejects.toMatchObject({
    code: 'permission_exceeds_own',
  })
  await client(next.secret).secretKeys.create({ name: 'Ours' })
})

test('a rotated key goes with its environment, whichever of the two keys is removed first', async () => {
  const { id, operator } = await server.environment()
  const old = await operator.secretKeys.create({ name: 'Backend' })
  await operator.secretKeys.rotate(old.secretKey.id)
  await server.owner.query(
    "update environments set project_id = null, updated_at = instant() - interval '1 day' where id = $1",
    [id],
  )
  let removed: number | null
  do {
    const { rows } = await server.owner.query('select purge_environment(1) as removed')
    removed = rows[0].removed
  } while (removed)
  const { rowCount } = await server.owner.query('select from secret_keys where environment_id = $1', [id])
  expect(rowCount).toBe(0)
})
