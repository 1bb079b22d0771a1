import { Claviger } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const clientWith = (secretKey: string) => new Claviger({ baseUrl: server.url, secretKey, maxRetries: 0 })

test('secretKeys.update changes the fields that are named, and null takes a term away', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend', rateLimitPerHour: 10 })
  const changes = { name: 'Renamed', description: 'Why', rateLimitPerHour: null, allowedNamespaces: ['a'] }
  const updated = await operator.secretKeys.update(secretKey.id, changes)
  expect(updated).toEqual({ ...secretKey, ...changes })
  expect(await operator.secretKeys.update(secretKey.id, {})).toEqual(updated)
  const { events } = await operator.events.list({ type: 'secret_key.updated' })
  expect(events).toMatchObject([{ data: { secretKey: updated } }])
})

test('secretKeys.update takes a permission from a key on its next request', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  await clientWith(secret).users.create({})
  await operator.secretKeys.update(secretKey.id, { permissions: ['users:read'] })
  await expect(clientWith(secret).users.create({})).rejects.toMatchObject({ code: 'permission_denied' })
  await clientWith(secret).users.list()
})

test('secretKeys.update gives an expired key a later end, and a revoked one nothing', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({
    name: 'Backend',
    expiresAt: '2020-01-01T00:00:00Z',
  })
  expect((await operator.secretKeys.update(secretKey.id, { expiresAt: null })).status).toBe('active')
  await clientWith(secret).users.list()
  await operator.secretKeys.revoke(secretKey.id)
  await expect(operator.secretKeys.update(secretKey.id, { name: 'x' })).rejects.toMatchObject({
    status: 409,
    code: 'secret_key_revoked',
  })
})

test.each(['kind', 'prefix', 'enabled', 'revokedAt', 'usesSinceDeprecation'])(
  'secretKeys.update does not take %s',
  async (field) => {
    const { operator } = await server.environment()
    const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
    await expect(operator.secretKeys.update(secretKey.id, { [field]: null })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  },
)
