import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { managementApiOf } from '../tokens/client.fixture.js'
import { managementPermissions, permissionOf, permissionsOf } from './management-scopes.js'

const server = testServer()
let environment: TestEnvironment
let managementId: string
beforeAll(async () => {
  environment = await server.environment()
  managementId = await managementApiOf(environment)
})

/** The SDK with a key that has these permissions only. */
async function weakKey(permissions: string[], expiresAt: string | null = null) {
  const { operator, sdk } = environment
  const { secret } = await operator.secretKeys.create({
    name: 'Weak',
    permissions: permissions as never,
    expiresAt,
  })
  const Client = sdk.constructor as typeof import('@claviger/sdk').Claviger
  return new Client({ baseUrl: server.url, secretKey: secret, maxRetries: 0 })
}

describe('applications', () => {
  test('are made, found, changed and deleted, each with its event, and their secret is nowhere', async () => {
    const { sdk, operator, id } = await server.environment()
    const api = await sdk.apis.create({ name: 'Weather', audience: 'https://weather.example.com' })
    const { application, clientSecret } = await sdk.applications.create({ name: 'Nightly report' })
    expect(clientSecret).toMatch(/^cs_[0-9A-Za-z]{49}$/)
    expect(application).toEqual({
      id: expect.any(String),
      clientId: application.id,
      name: 'Nightly report',
      type: 'm2m',
      enabled: true,
      tokenLifetimeSeconds: 3600,
      apis: [],
      previousSecretEndsAt: null,
      createdBy: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    const allowed = await sdk.applications.allowApi(application.id, api.id, { scopes: '*' })
    expect(allowed).toEqual({ ...application, apis: [{ apiId: api.id, scopes: '*' }] })
    const changes = { name: 'Report', enabled: false, tokenLifetimeSeconds: 60 }
    const updated = await sdk.applications.update(application.id, changes)
    expect(updated).toEqual({ ...allowed, ...changes, updatedAt: expect.any(String) })
    expect(await sdk.applications.update(application.id, {})).toEqual(updated)
    expect(await sdk.applications.get(application.id)).toEqual(updated)
    for (const filter of [
      { apiId: api.id },
      { type: 'm2m' },
      { enabled: false },
      { search: 'REP' },
    ] as const) {
      expect((await sdk.applications.list(filter)).items, JSON.stringify(filter)).toEqual([updated])
    }
    for (const filter of [
      { apiId: application.id },
      { type: 'spa' },
      { enabled: true },
      { search: '_' },
    ] as const) {
      expect((await sdk.applications.list(filter)).total, JSON.stringify(filter)).toBe(0)
    }
    const { clientSecret: second } = await sdk.applications.rotateSecret(application.id)
    await sdk.applications.removeApi(application.id, api.id)
    await sdk.applications.removeApi(application.id, api.id)
    await sdk.applications.delete(application.id)
    await expect(sdk.applications.get(application.id)).rejects.toMatchObject({
      code: 'application_not_found',
    })
    const events = (await operator.events.list()).items
    expect(events.map(({ type }) => type).slice(0, 6)).toEqual([
      'application.deleted',
      'application.api_removed',
      'application.secret_rotated',
      'application.updated',
      'application.api_allowed',
      'application.created',
    ])
    const { rows } = await server.owner.query(
      'select data::text as text from events where environment_id = $1',
      [id],
    )
    for (const { text } of rows)
      for (const secret of [clientSecret, second]) expect(text).not.toContain(secret)
    for (const line of server.log)
      for (const secret of [clientSecret, second]) expect(line).not.toContain(secret)
  })

  test('live by what they are given within what is sensible', async () => {
    const { applications } = environment.sdk
    for (const tokenLifetimeSeconds of [59, 86_401, 60.5]) {
      const refused = applications.create({ name: 'Report', tokenLifetimeSeconds })
      await expect(refused).rejects.toMatchObject({ code: 'invalid_request' })
    }
  })

  test('are allowed scopes that there are, of an API that there is', async () => {
    const { applications, apis, apiScopes } = environment.sdk
    const { application } = await applications.create({ name: 'Report' })
    const api = await apis.create({ name: 'Tides', audience: 'https://tides.example.com' })
    await apiScopes.create(api.id, { key: 'read' })
    const allow = (apiId: string, scopes: '*' | string[]) =>
      applications.allowApi(application.id, apiId, { scopes })
    expect((await allow(api.id, ['read'])).apis).toEqual([{ apiId: api.id, scopes: ['read'] }])
    for (const scopes of [['read', 'write'], ['users:read'], ['*']]) {
      await expect(allow(api.id, scopes)).rejects.toMatchObject({ status: 400, code: 'unknown_scope' })
    }
    for (const scopes of [['read'], ['users:everything'], ['administrators:read'], ['toString:users']]) {
      await expect(allow(managementId, scopes)).rejects.toMatchObject({ code: 'unknown_scope' })
    }
    expect((await allow(managementId, ['read:users', 'users:read', 'delete:apis_scopes'])).apis).toHaveLength(
      2,
    )
  })

  test('are given no more of the management API than who gives it has', async () => {
    const weak = await weakKey(['applications:read', 'applications:write', 'users:read', 'api_keys:verify'])
    const { application } = await weak.applications.create({ name: 'Report' })
    const allow = (scopes: '*' | string[]) =>
      weak.applications.allowApi(application.id, managementId, { scopes })
    for (const scopes of ['*', ['users:write'], ['users:read', 'create:users']] as const) {
      await expect(allow(scopes as '*')).rejects.toMatchObject({
        status: 403,
        code: 'permission_exceeds_own',
      })
    }
    await allow(['read:users'])
    // Of an API of the customer's own there is nothing to be had here.
    const api = await environment.sdk.apis.create({ name: 'Own', audience: 'https://own.example.com' })
    await weak.applications.allowApi(application.id, api.id, { scopes: '*' })
    const ending = await weakKey(['*'], new Date(server.clock.now() + 60_000).toISOString())
    const outliving = ending.applications.allowApi(application.id, managementId, { scopes: ['users:read'] })
    await expect(outliving).rejects.toMatchObject({ code: 'permission_exceeds_own' })
  })

  test('that may do more than the caller are neither enabled nor given a secret by it, but ended', async () => {
    const weak = await weakKey(['applications:write'])
    const { applications } = environment.sdk
    const { application } = await applications.create({ name: 'Strong' })
    await applications.allowApi(application.id, managementId, { scopes: '*' })
    const exceeds = { status: 403, code: 'permission_exceeds_own' }
    await expect(weak.applications.rotateSecret(application.id)).rejects.toMatchObject(exceeds)
    await weak.applications.update(application.id, { enabled: false })
    await expect(weak.applications.update(application.id, { enabled: true })).rejects.toMatchObject(exceeds)
    await weak.applications.removeApi(application.id, managementId)
    await weak.applications.update(application.id, { enabled: true })
    await weak.applications.delete(application.id)
  })
})

test('permissionOf knows every permission by its own name and by those of Kinde', () => {
  expect(managementPermissions).toContain('api_keys:read')
  expect(managementPermissions).not.toContain('administrators:read')
  for (const permission of managementPermissions) expect(permissionOf(permission)).toBe(permission)
  const names = {
    'read:api_keys': 'api_keys:read',
    'create:api_keys': 'api_keys:write',
    'update:api_keys': 'api_keys:write',
    'delete:api_keys': 'api_keys:write',
    'read:apis': 'apis:read',
    'read:api_scopes': 'apis:read',
    'create:api_scopes': 'apis:write',
    'delete:apis_scopes': 'apis:write',
    'create:api_application_scopes': 'applications:write',
    'delete:apis_application_scopes': 'applications:write',
    'update:applications': 'applications:write',
  }
  for (const [name, permission] of Object.entries(names)) expect(permissionOf(name), name).toBe(permission)
  for (const name of ['', ':', 'read', 'read:', 'write:users', '*', '*:read', 'constructor', 'users:read:x'])
    expect(permissionOf(name), name).toBeUndefined()
  expect(permissionsOf(['read:users', 'users:read', 'nonsense'])).toEqual(['users:read', 'api_keys:verify'])
})
