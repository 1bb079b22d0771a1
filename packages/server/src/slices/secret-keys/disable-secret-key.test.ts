import { createTestDatabase, startTestServer, testServer } from '@claviger/server/testing'
import { afterAll, expect, test } from 'vitest'

const server = testServer()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

async function listWith(secretKey: string, baseUrl = server.url) {
  const response = await fetch(`${baseUrl}/v1/admin/users`, {
    headers: { authorization: `Bearer ${secretKey}` },
  })
  return { status: response.status, code: ((await response.json()) as { code?: string }).code }
}

test('secretKeys.disable refuses a key until secretKeys.enable, each recorded once', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  const disabled = await operator.secretKeys.disable(secretKey.id)
  expect(disabled).toEqual({ ...secretKey, enabled: false, status: 'disabled' })
  expect(await operator.secretKeys.disable(secretKey.id)).toEqual(disabled)
  expect(await listWith(secret)).toEqual({ status: 401, code: 'disabled_api_key' })

  expect(await operator.secretKeys.enable(secretKey.id)).toEqual(secretKey)
  expect(await operator.secretKeys.enable(secretKey.id)).toEqual(secretKey)
  expect((await listWith(secret)).status).toBe(200)
  const { events } = await operator.events.list()
  expect(events.map(({ type }) => type)).toEqual([
    'secret_key.enabled',
    'secret_key.disabled',
    'secret_key.created',
  ])
})

test('secretKeys.disable, enable and delete on one node are in force on the next request to another', async () => {
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
  const elsewhere = () => listWith(secret, two.server.url)
  for (let i = 0; i < 10; i++) {
    await operator.secretKeys.disable(secretKey.id)
    expect((await elsewhere()).status).toBe(401)
    await operator.secretKeys.enable(secretKey.id)
    expect((await elsewhere()).status).toBe(200)
  }
  await operator.secretKeys.delete(secretKey.id)
  expect(await elsewhere()).toEqual({ status: 401, code: 'revoked_api_key' })
})

test('secretKeys.enable brings no revoked key back', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  await operator.secretKeys.revoke(secretKey.id)
  await expect(operator.secretKeys.enable(secretKey.id)).rejects.toMatchObject({
    status: 409,
    code: 'secret_key_revoked',
  })
  expect(await listWith(secret)).toEqual({ status: 401, code: 'revoked_api_key' })
})
