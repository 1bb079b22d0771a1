import { testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { admin, joined, setUp, type Wire, wireOf } from '../../testing/wire.js'

const server = testServer()
const tenants = `${admin}/tenants`
const nobody = '01890a5d-ac96-774b-bcce-b302099a8057'

let asAdmin: Wire
beforeAll(async () => {
  asAdmin = await setUp(server)
})

const slugsIn = ({ body }: { body: { slug: string }[] }) => body.map(({ slug }) => slug)

test('tenants are created, read, changed, deleted, recovered and destroyed', async () => {
  const metadata = { plan: 'enterprise' }
  const made = await asAdmin.post(tenants, {
    slug: 'acme-corp',
    name: 'Acme',
    metadata,
    auto_generate_keys: false,
  })
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  const acme = {
    id: expect.any(String),
    slug: 'acme-corp',
    name: 'Acme',
    is_default: false,
    metadata,
    status: 'active',
    created_at: time,
    updated_at: time,
    deleted_at: null,
  }
  expect(made.status).toBe(201)
  expect(made.body).toEqual({ ...acme, tenant: acme, invitation_sent: false })
  const one = `${tenants}/${made.body.id}`
  expect((await asAdmin.get(one)).body).toEqual(made.body.tenant)
  const listed = await asAdmin.get(tenants)
  expect(listed.body).toContainEqual(made.body.tenant)
  expect(listed.headers.get('x-total-count')).toBe(String(listed.body.length))

  server.clock.advance({ seconds: 1 })
  const changed = await asAdmin.patch(one, { name: 'Acme Inc.', metadata: { plan: 'pro' } })
  expect(changed).toMatchObject({
    status: 200,
    body: { slug: 'acme-corp', name: 'Acme Inc.', metadata: { plan: 'pro' } },
  })
  expect(changed.body.updated_at > made.body.updated_at).toBe(true)
  expect((await asAdmin.patch(one, { metadata: null })).body.metadata).toEqual({})
  expect(await asAdmin.post(`${one}/migrate`)).toMatchObject({ status: 200, body: { status: 'skipped' } })
  expect((await asAdmin.post(`${one}/repair`)).status).toBe(200)

  expect(await asAdmin.delete(one)).toMatchObject({ status: 204, body: null })
  expect((await asAdmin.get(one)).status).toBe(404)
  expect(slugsIn(await asAdmin.get(tenants))).not.toContain('acme-corp')
  const [gone] = (await asAdmin.get(`${tenants}/deleted`)).body
  expect(gone).toMatchObject({ slug: 'acme-corp', status: 'deleting', deleted_at: time })
  expect(await asAdmin.post(`${one}/recover`)).toMatchObject({ status: 200, body: { status: 'recovered' } })
  expect((await asAdmin.post(`${one}/recover`)).status).toBe(400)
  expect((await asAdmin.get(one)).status).toBe(200)

  expect((await asAdmin.delete(`${one}?hard=true`)).status).toBe(204)
  expect((await asAdmin.get(one)).status).toBe(404)
  expect((await asAdmin.post(`${one}/recover`)).status).toBe(409)
})

test('tenants are refused where they cannot be, in words', async () => {
  const refusals = [
    [{ slug: 'Acme Corp!', name: 'Acme' }, 400, 'INVALID_INPUT'],
    [{ name: 'Acme' }, 400, 'MISSING_REQUIRED_FIELD'],
    [{ slug: 'default', name: 'Again' }, 409, 'ALREADY_EXISTS'],
    [{ slug: 'shop', name: 'Shop', admin_email: 'x@example.com' }, 400, 'INVALID_INPUT'],
    [{ slug: 'shop', name: 'Shop', metadata: 'none' }, 400, 'INVALID_INPUT'],
    [['shop'], 400, 'INVALID_BODY'],
  ] as const
  for (const [body, status, code] of refusals) {
    expect(await asAdmin.post(tenants, body)).toMatchObject({
      status,
      body: { code, error: expect.any(String) },
    })
  }
  const byDefault = (await asAdmin.get(tenants)).body.find(
    ({ is_default }: { is_default: boolean }) => is_default,
  )
  expect((await asAdmin.delete(`${tenants}/${byDefault.id}`)).status).toBe(400)
  expect((await asAdmin.patch(`${tenants}/${byDefault.id}`, { slug: 'other' })).status).toBe(400)
  for (const id of [nobody, 'nonsense']) expect((await asAdmin.get(`${tenants}/${id}`)).status).toBe(404)
  const { secretKey } = await server.environment()
  const byKey = await wireOf(server).get(tenants, { apikey: secretKey })
  expect(byKey).toMatchObject({ status: 403, body: { code: 'ADMIN_REQUIRED' } })

  const made = await asAdmin.post(tenants, { slug: 'next', name: 'Next', is_default: true })
  expect(made.body.is_default).toBe(true)
  expect((await asAdmin.get(`${tenants}/${byDefault.id}`)).body.is_default).toBe(false)
})

test('whoever is assigned to tenants administers those, and sees no other', async () => {
  const [shop, other] = await Promise.all([server.environment(), server.environment()])
  const { projectId } = shop
  const email = 'grace@example.com'
  const { id, wire } = await joined(server, asAdmin, { email, role: 'tenant_admin', tenant_id: projectId })
  const mine = await wire.get(`${tenants}/mine`)
  expect(mine.body).toMatchObject([{ id: projectId, my_role: 'tenant_admin' }])
  expect(slugsIn(await wire.get(tenants))).toHaveLength(1)
  expect((await wire.get(`${tenants}/${other.projectId}`)).status).toBe(404)
  const created = await wire.post(tenants, { slug: 'mine', name: 'Mine' })
  expect(created).toMatchObject({ status: 403, body: { code: 'INSUFFICIENT_PERMISSIONS' } })

  const admins = `${tenants}/${other.projectId}/admins`
  const assigned = await asAdmin.post(admins, { user_id: id })
  expect(assigned).toMatchObject({ status: 201, body: { user_id: id, tenant_id: other.projectId, email } })
  const listed = await asAdmin.get(`${tenants}/${other.projectId}/members`)
  expect(listed.body).toMatchObject([{ user_id: id, email, role: 'tenant_admin' }])
  expect((await asAdmin.delete(`${admins}/${id}`)).status).toBe(204)
  expect((await asAdmin.get(admins)).body).toEqual([])
  expect((await asAdmin.post(admins, { user_id: nobody })).status).toBe(400)
  expect((await asAdmin.get(`${tenants}/${nobody}/admins`)).status).toBe(404)
})
