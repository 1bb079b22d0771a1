import { Claviger, type SecretKeysCreateBody } from '@claviger/sdk'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()
const clientWith = (secretKey: string) => new Claviger({ baseUrl: server.url, secretKey, maxRetries: 0 })

const managing = ['secret_keys:read', 'secret_keys:write'] as const
const exceeding = { status: 403, code: 'permission_exceeds_own' }

/** A client with a key that may manage keys, and what else is said. */
async function manager({ operator }: TestEnvironment, terms: Partial<SecretKeysCreateBody> = {}) {
  const permissions = [...managing, ...(terms.permissions ?? [])]
  const { secret, secretKey } = await operator.secretKeys.create({ name: 'Manager', ...terms, permissions })
  return Object.assign(clientWith(secret), { id: secretKey.id })
}

test.each<[string, SecretKeysCreateBody['permissions']]>([
  ['everything', ['*']],
  ['everything, because nobody says what', undefined],
  ['to read everything', ['*:read']],
  ['one thing more', ['users:read', 'users:write']],
])('a key cannot give another one what it lacks: %s', async (_, permissions) => {
  const environment = await server.environment()
  const own = await manager(environment, { permissions: ['users:read'] })
  const { total } = await environment.operator.secretKeys.list()
  const body = { name: 'Stronger', ...(permissions && { permissions }) }
  await expect(own.secretKeys.create(body)).rejects.toMatchObject(exceeding)
  expect((await environment.operator.secretKeys.list()).total).toBe(total)
})

test('a key gives what it holds, by name or as one of all that read', async () => {
  const environment = await server.environment()
  const own = await manager(environment, { permissions: ['users:write', '*:read'] })
  for (const permissions of [[], ['users:write'], ['events:read', 'users:read'], ['*:read']] as const)
    await own.secretKeys.create({ name: 'Weaker', permissions: [...permissions] })
  const all = await environment.operator.secretKeys.create({ name: 'All' })
  const same = await clientWith(all.secret).secretKeys.create({ name: 'As strong' })
  expect(same.secretKey.permissions).toEqual(['*'])
})

test('a key that is stronger is out of reach of a weaker one, but for ending it', async () => {
  const environment = await server.environment()
  const own = await manager(environment, { permissions: ['users:read'] })
  const { secretKey, secret } = await environment.operator.secretKeys.create({
    name: 'Stronger',
    permissions: ['users:read', 'users:write'],
  })
  const { id } = secretKey
  await expect(own.secretKeys.rotate(id)).rejects.toMatchObject(exceeding)
  await expect(own.secretKeys.update(id, { name: 'Mine' })).rejects.toMatchObject(exceeding)
  await expect(own.secretKeys.update(id, { permissions: [] })).rejects.toMatchObject(exceeding)
  await expect(own.secretKeys.deprecate(id)).rejects.toMatchObject(exceeding)
  expect(await own.secretKeys.get(id)).toEqual(secretKey)
  await own.secretKeys.disable(id)
  await expect(own.secretKeys.enable(id)).rejects.toMatchObject(exceeding)
  await own.secretKeys.revoke(id)
  await expect(clientWith(secret).users.list()).rejects.toMatchObject({ code: 'revoked_api_key' })
})

test('a key cannot make itself stronger', async () => {
  const environment = await server.environment()
  const expiresAt = new Date(server.clock.now() + 3_600_000).toISOString()
  const own = await manager(environment, { expiresAt, allowedNamespaces: ['shop'] })
  const before = await own.secretKeys.get(own.id)
  for (const stronger of [
    { permissions: [...managing, 'users:read' as const] },
    { expiresAt: null },
    { allowedNamespaces: null },
    { allowedNamespaces: ['shop', 'other'] },
  ])
    await expect(own.secretKeys.update(own.id, stronger)).rejects.toMatchObject(exceeding)
  const { lastUsedAt: _, ...same } = await own.secretKeys.get(own.id)
  expect(before).toMatchObject(same)
})

test('a key that ends makes none that outlives it, nor one for other namespaces', async () => {
  const environment = await server.environment()
  const at = (hours: number) => new Date(server.clock.now() + hours * 3_600_000).toISOString()
  const own = await manager(environment, { expiresAt: at(2), allowedNamespaces: ['shop', 'billing'] })
  const body = { name: 'x', permissions: [], allowedNamespaces: ['shop'], expiresAt: at(1) }
  await own.secretKeys.create(body)
  for (const stronger of [
    { expiresAt: at(3) },
    { expiresAt: null },
    { allowedNamespaces: null },
    { allowedNamespaces: ['shop', 'other'] },
  ])
    await expect(own.secretKeys.create({ ...body, ...stronger })).rejects.toMatchObject(exceeding)
})

test('a refusal says what the caller lacks', async () => {
  const environment = await server.environment()
  const own = await manager(environment)
  const refused = own.secretKeys.create({ name: 'x', permissions: ['users:write'] })
  await expect(refused).rejects.toMatchObject({ detail: expect.stringContaining('`users:write`') })
})

test('a key that was revoked while it makes others makes none once that is answered', async () => {
  const environment = await server.environment()
  const own = await manager(environment)
  const madeByIt = async () => (await environment.operator.secretKeys.list({ createdBy: own.id })).total
  const making = Promise.allSettled(
    Array.from({ length: 40 }, () => own.secretKeys.create({ name: 'x', permissions: [] })),
  )
  await environment.operator.secretKeys.revoke(own.id)
  const total = await madeByIt()
  for (const answer of await making)
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'revoked_api_key' })
  expect(await madeByIt()).toBe(total)
})
