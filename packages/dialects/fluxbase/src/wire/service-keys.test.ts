import { testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { admin, firstAdmin, joined, setUp, type Wire, wireOf } from '../../testing/wire.js'

const server = testServer()
const keys = `${admin}/service-keys`
const nobody = '01890a5d-ac96-774b-bcce-b302099a8057'

let asAdmin: Wire
beforeAll(async () => {
  asAdmin = await setUp(server)
})

/** The wire as the administrator of everything, for one tenant. */
async function tenant() {
  const { projectId } = await server.environment({ name: 'live' })
  const headers = { 'x-fb-tenant': projectId }
  const wire: Pick<Wire, 'get' | 'post'> = {
    get: (path) => asAdmin.get(path, headers),
    post: (path, body) => asAdmin.post(path, body, headers),
  }
  const create = async (body: object = {}) =>
    (await wire.post(keys, { name: 'Backend', key_type: 'service', ...body })).body
  return { projectId, wire, create }
}

/** How a key is answered that lists users, which every service key may. */
const statusWith = async (key: string) => (await wireOf(server).as(key).get(`${admin}/users`)).status

test('a key is made, shown once, listed and read with every field', async () => {
  const { projectId, wire } = await tenant()
  const wanted = {
    name: 'Production',
    description: 'Of the shop',
    key_type: 'service',
    scopes: ['read', 'users:write', 'write:secret-keys'],
    allowed_namespaces: ['orders'],
    rate_limit_per_minute: '600',
    rate_limit_per_hour: 6000,
    expires_at: '2099-01-01T00:00:00.000Z',
  }
  const made = await wire.post(keys, wanted)
  expect(made.status).toBe(201)
  const { key, ...rest } = made.body
  expect(key).toMatch(/^sk_live_/)
  expect(rest).toEqual({
    ...wanted,
    id: expect.any(String),
    key_prefix: key.slice(0, 16),
    scopes: ['read', 'users:write', 'secret_keys:write'],
    rate_limit_per_minute: 600,
    enabled: true,
    is_active: true,
    tenant_id: projectId,
    created_by: expect.any(String),
    user_id: rest.created_by,
    created_at: expect.any(String),
    last_used_at: null,
    revoked_at: null,
    deprecated_at: null,
    grace_period_ends_at: null,
    replaced_by: null,
  })
  expect((await wire.get(`${keys}/${rest.id}`)).body).toEqual(rest)
  const anon = await wire.post(keys, new URLSearchParams({ name: 'Pages', key_type: 'anon' }))
  expect(anon.body.key).toMatch(/^pk_live_/)
  expect(anon.body.scopes).toEqual(['read'])
  expect((await wire.post(keys, { name: 'All', key_type: 'service' })).body.scopes).toEqual(['*'])
  expect(await statusWith(anon.body.key)).toBe(401)
})

test('a key is refused without a name, of another type, with other scopes, or by another id than a UUID', async () => {
  const { wire } = await tenant()
  const refusals = [
    [{ key_type: 'service' }, 'MISSING_REQUIRED_FIELD'],
    [{ name: 'x', key_type: 'admin' }, 'INVALID_INPUT'],
    [{ name: 'x', key_type: 'anon', scopes: ['tables:read'] }, 'INVALID_INPUT'],
    [{ name: 'x', key_type: 'service', rate_limit_per_hour: 'many' }, 'INVALID_INPUT'],
    [{ name: 'x', key_type: 'service', rate_limit_per_hour: 0 }, 'INVALID_INPUT'],
  ] as const
  for (const [body, code] of refusals) {
    expect(await wire.post(keys, body)).toMatchObject({ status: 400, body: { code } })
  }
  const scopes = await wire.post(keys, { name: 'x', key_type: 'anon', scopes: ['tables:read'] })
  expect(scopes.body.error).toContain('users:read')
  const malformed = await wire.post(`${keys}/not-a-uuid/rotate`)
  expect(malformed).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } })
  for (const ask of [wire, asAdmin]) {
    expect(await ask.post(`${keys}/${nobody}/rotate`)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    })
  }
})

test('keys are listed by type, whether they work, who made them, and by page, newest first', async () => {
  const { projectId, wire, create } = await tenant()
  const [first, second] = [
    await create({ name: 'First' }),
    await create({ name: 'Second', key_type: 'anon' }),
  ]
  const third = await create({ name: 'Third' })
  await wire.post(`${keys}/${first.id}/disable`)
  const names = async (ask: Pick<Wire, 'get'>, query: string) =>
    (await ask.get(`${keys}?${query}`)).body.map(({ name }: { name: string }) => name)
  // Two came with the environment.
  expect((await names(wire, '')).slice(0, 3)).toEqual(['Third', 'Second', 'First'])
  expect(await names(wire, 'limit=1&offset=1')).toEqual(['Second'])
  expect(await names(wire, 'key_type=anon')).toEqual(['Second', 'Test'])
  expect(await names(wire, 'is_active=false')).toEqual(['First'])
  expect(await names(wire, `user_id=${third.created_by}&key_type=service`)).toEqual(['Third', 'First'])
  // Who names no tenant has those of all.
  expect(await names(asAdmin, 'limit=2')).toEqual(['Third', 'Second'])
  expect(await names(asAdmin, `tenant_id=${projectId}&limit=1`)).toEqual(['Third'])
  expect((await asAdmin.get(`${keys}/${second.id}`)).body).toMatchObject({
    name: 'Second',
    tenant_id: projectId,
  })
  expect((await asAdmin.get(`${keys}?limit=0`)).status).toBe(400)

  const { wire: grace } = await joined(server, asAdmin, {
    email: 'grace@example.com',
    role: 'tenant_admin',
    tenant_id: projectId,
  })
  const other = await tenant()
  const foreign = await other.create()
  expect(await names(grace, 'limit=1')).toEqual(['Third'])
  expect(
    (await grace.get(keys)).body.every((key: { tenant_id: string }) => key.tenant_id === projectId),
  ).toBe(true)
  expect((await grace.get(`${keys}/${foreign.id}`)).status).toBe(404)
  expect((await grace.post(keys, { name: 'Own', key_type: 'service' })).body.tenant_id).toBe(projectId)
  const unnamed = await asAdmin.post(keys, { name: 'Own', key_type: 'service' })
  expect(unnamed.status).toBe(201)
})

describe('a key', () => {
  test('is changed, disabled, enabled and deleted', async () => {
    const { create } = await tenant()
    const { id, key } = await create()
    const one = `${keys}/${id}`
    expect(await statusWith(key)).toBe(200)
    const changed = await asAdmin.put(one, { name: 'New', rate_limit_per_minute: '5', description: null })
    expect(changed).toMatchObject({ status: 200, body: { name: 'New', rate_limit_per_minute: 5 } })
    expect((await asAdmin.put(one, { rate_limit_per_minute: null })).body.rate_limit_per_minute).toBeNull()
    expect((await asAdmin.put(one, {})).status).toBe(400)
    expect((await asAdmin.put(one, { enabled: false, name: 'x' })).status).toBe(400)
    expect((await asAdmin.put(one, { enabled: false })).body.enabled).toBe(false)
    expect(await statusWith(key)).toBe(401)
    expect(await asAdmin.post(`${one}/enable`, {})).toMatchObject({ status: 204, body: null })
    expect(await statusWith(key)).toBe(200)
    expect((await asAdmin.post(`${one}/disable`, {})).status).toBe(204)
    expect(await statusWith(key)).toBe(401)
    expect((await asAdmin.delete(one)).status).toBe(204)
    expect((await asAdmin.get(one)).status).toBe(404)
  })

  test('is rotated to another, and works on until its grace period is over', async () => {
    const { create } = await tenant()
    const old = await create({ name: 'Backend', scopes: ['users:read'] })
    const rotated = await asAdmin.post(`${keys}/${old.id}/rotate`, {})
    expect(rotated).toMatchObject({
      status: 201,
      body: { key_type: 'service', scopes: ['users:read'], deprecated_at: expect.any(String) },
    })
    expect(rotated.body.id).not.toBe(old.id)
    expect(rotated.body.name).toContain('(rotated)')
    expect((await asAdmin.get(`${keys}/${rotated.body.id}`)).body.deprecated_at).toBeNull()
    expect((await asAdmin.get(`${keys}/${old.id}`)).body).toMatchObject({
      deprecated_at: rotated.body.deprecated_at,
      replaced_by: rotated.body.id,
      is_active: true,
    })
    expect([await statusWith(old.key), await statusWith(rotated.body.key)]).toEqual([200, 200])
    server.clock.advance({ hours: 1 })
    const hours = new URLSearchParams({ grace_period_hours: '2' })
    const wire = await asAdminAnew()
    const deprecated = await wire.post(`${keys}/${rotated.body.id}/deprecate`, hours)
    expect(deprecated.status).toBe(200)
    const { deprecated_at, grace_period_ends_at } = deprecated.body
    expect(Date.parse(grace_period_ends_at) - Date.parse(deprecated_at)).toBe(2 * 3_600_000)
    server.clock.advance({ hours: 3 })
    expect([await statusWith(old.key), await statusWith(rotated.body.key)]).toEqual([200, 401])
    server.clock.advance({ hours: 21 })
    expect(await statusWith(old.key)).toBe(401)
  })

  test('is revoked for good, for a reason that is kept', async () => {
    const wire = await asAdminAnew()
    const { key, id } = (await wire.post(keys, { name: 'Leaked', key_type: 'service' })).body
    const one = `${keys}/${id}`
    const { body: history } = await wire.get(`${one}/revocations`)
    expect(history).toMatchObject({ id, name: 'Leaked', revoked_at: null, revocation_reason: null })
    expect((await wire.post(`${one}/revoke`, { reason: 'Security incident' })).status).toBe(204)
    expect(await statusWith(key)).toBe(401)
    for (const act of ['enable', 'rotate', 'deprecate']) {
      expect(await wire.post(`${one}/${act}`)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    }
    expect(await statusWith(key)).toBe(401)
    expect((await wire.get(`${one}/revocations`)).body).toMatchObject({
      revoked_at: expect.any(String),
      revoked_by: expect.any(String),
      revocation_reason: 'Security incident',
    })
    const ends = { name: 'Short', key_type: 'service', expires_at: new Date(server.clock.now() + 60_000) }
    const short = (await wire.post(keys, ends)).body.key
    expect(await statusWith(short)).toBe(200)
    server.clock.advance({ minutes: 2 })
    expect(await statusWith(short)).toBe(401)
  })

  test('manages keys of its own environment, and is held to its limits', async () => {
    const wire = await asAdminAnew()
    const { key } = (await wire.post(keys, { name: 'Manager', key_type: 'service' })).body
    const asKey = wireOf(server, { apikey: key })
    const { body } = await asKey.post(keys, { name: 'Own', key_type: 'service', rate_limit_per_minute: 1 })
    expect((await asKey.get(`${keys}?limit=1`)).body[0].id).toBe(body.id)
    expect((await asKey.post(`${keys}/${body.id}/revoke`, new URLSearchParams({ reason: 'x' }))).status).toBe(
      204,
    )

    // A list of users takes several calls of the API, and is one request nevertheless.
    await asKey.post(`${admin}/users/invite`, { email: 'ada@example.com' })
    const slow = { name: 'Slow', key_type: 'service', rate_limit_per_minute: 2 }
    const limited = (await asKey.post(keys, slow)).body.key
    expect([await statusWith(limited), await statusWith(limited), await statusWith(limited)]).toEqual([
      200, 200, 429,
    ])
  })
})

/** The administrator in a new session: hours pass in these tests. */
async function asAdminAnew(): Promise<Wire> {
  const { body } = await wireOf(server).post(`${admin}/login`, firstAdmin)
  return wireOf(server).as(body.access_token)
}
