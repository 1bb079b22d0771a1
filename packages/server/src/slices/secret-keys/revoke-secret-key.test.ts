import { Claviger } from '@claviger/sdk'
import { createTestDatabase, startTestServer, testServer } from '@claviger/server/testing'
import { afterAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

const clientWith = (secretKey: string, baseUrl = server.url) =>
  new Claviger({ baseUrl, secretKey, maxRetries: 0 })

async function listWith(secretKey: string, baseUrl = server.url) {
  const response = await fetch(`${baseUrl}/v1/admin/users`, {
    headers: { authorization: `Bearer ${secretKey}` },
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('secretKeys.revoke answers when, and the next request with the key is revoked_api_key', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  expect((await listWith(secret)).status).toBe(200)

  const revoked = await operator.secretKeys.revoke(secretKey.id)
  expect(revoked).toEqual({
    ...secretKey,
    status: 'revoked',
    enabled: false,
    revokedAt: revoked.revokedAt,
    lastUsedAt: revoked.lastUsedAt,
  })
  expect(revoked.revokedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

  const answer = await listWith(secret)
  expect(answer.status).toBe(401)
  expect(answer.body).toMatchObject({ code: 'revoked_api_key', message: 'revoked_api_key', statusCode: 401 })
})

test('secretKeys.revoke on one node is in force for the next request on every other', async () => {
  const database = await createTestDatabase()
  const one = await startTestServer(database)
  const two = await startTestServer(database, { seal: one.server.seal, clock: one.server.clock })
  ends.push(
    () => database.drop(),
    () => one.stop(),
    () => two.stop(),
  )
  const { operator } = await one.server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  // Used on both, so that whatever a node might remember of it is there.
  for (const { url } of [one.server, two.server]) expect((await listWith(secret, url)).status).toBe(200)

  await operator.secretKeys.revoke(secretKey.id)

  for (const { url } of [two.server, one.server]) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => listWith(secret, url)))
    for (const { status, body } of answers) {
      expect(status).toBe(401)
      expect(body.message).toBe('revoked_api_key')
    }
  }
})

test('secretKeys.revoke leaves every other key in force', async () => {
  const environment = await server.environment()
  const { secretKey } = await environment.operator.secretKeys.create({ name: 'Leaked' })
  const { secret } = await environment.operator.secretKeys.create({ name: 'Other' })
  await environment.operator.secretKeys.revoke(secretKey.id)
  await environment.sdk.users.list()
  await clientWith(secret).users.list()
})

test('secretKeys.revoke of a publishable key lets no browser name the environment by it', async () => {
  const environment = await server.environment()
  const { secretKey, secret } = await environment.operator.secretKeys.create({
    name: 'Pages',
    kind: 'publishable',
  })
  const keySet = () => environment.browser().get('/.well-known/jwks.json', { 'x-publishable-key': secret })
  expect((await keySet()).status).toBe(200)
  await environment.operator.secretKeys.revoke(secretKey.id)
  expect(await keySet()).toMatchObject({ status: 404, body: { code: 'environment_not_found' } })
})

test('secretKeys.revoke can be repeated: the time of the first stays, and it is recorded once', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const first = await operator.secretKeys.revoke(secretKey.id)
  server.clock.advance({ minutes: 1 })
  expect(await operator.secretKeys.revoke(secretKey.id)).toEqual(first)
  const { events } = await operator.events.list()
  expect(events.map(({ type }) => type)).toEqual(['secret_key.revoked', 'secret_key.created'])
  expect(events[0]).toMatchObject({ actor: { type: 'administrator' }, data: { secretKey: first } })
})

test('secretKeys.revoke is recorded once when 20 ask for it together', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => operator.secretKeys.revoke(secretKey.id)),
  )
  expect(new Set(answers.map(({ revokedAt }) => revokedAt)).size).toBe(1)
  expect((await operator.events.list({ type: 'secret_key.revoked' })).total).toBe(1)
})

test('secretKeys.revoke takes an id in the prefixed form of a vendor', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const revoked = await operator.secretKeys.revoke(`key_${secretKey.id.replaceAll('-', '')}`)
  expect(revoked.id).toBe(secretKey.id)
})

test('secretKeys.revoke answers 404 for a key that is not of this environment, and leaves it', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const { secretKey, secret } = await other.operator.secretKeys.create({ name: 'Foreign' })
  for (const id of ['bogus-id', newId(), secretKey.id]) {
    await expect(own.operator.secretKeys.revoke(id)).rejects.toMatchObject({
      status: 404,
      code: 'secret_key_not_found',
      detail: 'Secret key not found',
    })
  }
  await clientWith(secret).users.list()
  expect((await own.operator.events.list()).total).toBe(0)
})

test('secretKeys.listRevocations tells who revoked a key, when and why; the first time counts', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Leaked' })
  expect(await operator.secretKeys.listRevocations(secretKey.id)).toEqual({ revocations: [] })
  const { revokedAt } = await operator.secretKeys.revoke(secretKey.id, { reason: 'Security incident' })
  server.clock.advance({ minutes: 1 })
  await operator.secretKeys.revoke(secretKey.id, { reason: 'Another reason' })
  expect(await operator.secretKeys.listRevocations(secretKey.id)).toEqual({
    revocations: [
      {
        secretKeyId: secretKey.id,
        name: 'Leaked',
        revokedAt,
        revokedBy: 'operator',
        reason: 'Security incident',
      },
    ],
  })
  const { events } = await operator.events.list({ type: 'secret_key.revoked' })
  expect(events).toMatchObject([{ data: { reason: 'Security incident' } }])
})

test('a key revokes itself, and is told as the one who did it', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  await clientWith(secret).secretKeys.revoke(secretKey.id)
  await expect(clientWith(secret).users.list()).rejects.toMatchObject({ code: 'revoked_api_key' })
  const { revocations } = await operator.secretKeys.listRevocations(secretKey.id)
  expect(revocations).toMatchObject([{ revokedBy: secretKey.id, reason: null }])
})
