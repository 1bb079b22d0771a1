import { testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { administratorOf } from '../../../server/src/slices/administrators/administration.fixture.js'
import { createClient, type FluxbaseClient } from './index.js'

/** What the document does not show: the other methods, and what each refuses. */

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'
/** Signed in as an `instance_admin`. */
let client: FluxbaseClient

beforeAll(async () => {
  client = createClient(server.url, (await server.environment()).publishableKey)
  const { access_token } = await client.admin.setup({
    email: 'ada@example.com',
    password: 'SecurePassword123!',
    name: 'Ada',
    setup_token: server.setupToken,
  })
  expect(client.admin.getToken()).toBe(access_token)
})

/** A client of a new environment, with its key. */
async function withKey() {
  const environment = await server.environment()
  return { ...environment, ...createClient(server.url, environment.secretKey) }
}

const statusOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('It did not throw.'),
    ({ status }) => status,
  )

test('admin.getHealth tells how the server is, whoever asks', async () => {
  expect(await client.admin.getHealth()).toMatchObject({
    status: expect.stringMatching(/^(ok|degraded)$/),
    services: { database: true, realtime: true },
  })
})

test('admin.listUsers pages and counts, and getUserById reads one of them', async () => {
  const { admin } = await withKey()
  for (const name of ['a', 'b', 'c'])
    await admin.inviteUser({ email: `${name}@example.com`, send_email: false })
  const { users, total } = await admin.listUsers({ limit: 1, offset: 1 })
  expect([users.map((user) => user.email), total]).toEqual([['b@example.com'], 3])
  const [user] = users
  expect(await admin.getUserById(user?.id ?? '')).toEqual(user)
})

test('admin.inviteUser answers the link that it does not mail, and refuses what cannot be', async () => {
  const { admin } = await withKey()
  const invited = await admin.inviteUser({ email: 'grace@example.com', role: 'editor', send_email: false })
  expect(invited.user.role).toBe('editor')
  expect(invited.invitation_link).toMatch(/^http:\/\/claviger\.test\//)
  expect(await statusOf(admin.inviteUser({ email: 'grace@example.com' }))).toBe(409)
  expect(await statusOf(admin.inviteUser({ email: 'nope' }))).toBe(400)
})

test('users that are unknown are 404 for every method', async () => {
  const { admin } = await withKey()
  const refused = [
    admin.getUserById(unknownId),
    admin.deleteUser(unknownId),
    admin.updateUserRole(unknownId, 'admin'),
    admin.resetUserPassword(unknownId),
  ]
  expect(await Promise.all(refused.map(statusOf))).toEqual([404, 404, 404, 404])
})

test('with the type dashboard, the same methods are about administrators', async () => {
  const { admin } = client
  const invited = await admin.inviteUser({ email: 'mary@example.com', role: 'tenant_admin' }, 'dashboard')
  const { id } = invited.user
  expect(await admin.getUserById(id, 'dashboard')).toMatchObject({ id, role: 'tenant_admin' })
  expect(await admin.updateUserRole(id, 'instance_admin', 'dashboard')).toMatchObject({
    role: 'instance_admin',
    email: 'mary@example.com',
  })
  expect((await admin.listUsers({ type: 'dashboard', search: 'mary' })).total).toBe(1)
  expect((await admin.deleteUser(id, 'dashboard')).message).toBe('User deleted successfully')
  expect(await statusOf(admin.deleteUser(id, 'dashboard'))).toBe(404)
  const { user } = await admin.me()
  expect(await statusOf(admin.deleteUser(user.id, 'dashboard'))).toBe(409)
})

test('tenant methods do what they say, and forTenant is where they are used', async () => {
  const { tenant } = client
  const made = await tenant.create({ slug: 'acme', name: 'Acme' })
  expect(await tenant.get(made.id)).toMatchObject({ id: made.id, slug: 'acme', deleted_at: null })
  expect(await statusOf(tenant.create({ slug: 'acme', name: 'Acme' }))).toBe(409)
  expect(await statusOf(tenant.create({ slug: 'Acme Corp!', name: 'Acme' }))).toBe(400)

  const acme = client.forTenant(made.id)
  await acme.admin.inviteUser({ email: 'grace@example.com', send_email: false })
  expect((await acme.admin.listUsers()).total).toBe(1)
  expect((await client.admin.listUsers({ search: 'grace' })).total).toBe(0)

  await tenant.delete(made.id)
  expect(await statusOf(tenant.get(made.id))).toBe(404)
  await tenant.recover(made.id)
  expect((await tenant.get(made.id)).deleted_at).toBeNull()
  expect(await statusOf(tenant.recover(made.id))).toBe(400)
  const { tenants } = await tenant.list()
  const standard = tenants.find(({ is_default }) => is_default)
  expect(await statusOf(tenant.delete(standard?.id ?? ''))).toBe(400)
})

test('tenant.assignAdmin lets somebody administer one tenant and no other, until removeAdmin', async () => {
  const { tenant } = client
  const [one, other] = [
    await tenant.create({ slug: 'one', name: 'One' }),
    await tenant.create({ slug: 'other', name: 'Other' }),
  ]
  const { id: user_id, sessionToken } = await administratorOf(server, 'tenant_admin')
  expect(await tenant.assignAdmin(one.id, { user_id })).toMatchObject({ user_id, tenant_id: one.id })
  expect(await tenant.listAdmins(one.id)).toMatchObject([{ user_id }])
  expect(await tenant.listAdmins(other.id)).toEqual([])

  const signIn = await administratorOf(server, 'tenant_admin', [one.id])
  const theirs = createClient(server.url, 'pk_live_x', { auth: { token: signIn.sessionToken } })
  expect(await theirs.tenant.listMine()).toMatchObject([{ id: one.id, my_role: 'tenant_admin' }])
  expect(await statusOf(theirs.tenant.create({ slug: 'mine', name: 'Mine' }))).toBe(403)
  await theirs.forTenant(one.id).admin.serviceKeys.create({ name: 'Theirs', key_type: 'service' })
  const { data: keys } = await theirs.admin.serviceKeys.list({ tenant_id: one.id })
  expect(keys?.map(({ name }) => name)).toContain('Theirs')
  expect((await theirs.admin.serviceKeys.list({ tenant_id: other.id })).data ?? []).toEqual([])

  await tenant.removeAdmin(one.id, user_id)
  expect((await tenant.listAdmins(one.id)).map((admin) => admin.user_id)).toEqual([signIn.id])
  expect(sessionToken).not.toBe(signIn.sessionToken)
})

test('serviceKeys.list filters, pages, and shows no secret', async () => {
  const { serviceKeys } = (await withKey()).admin
  const anon = await serviceKeys.create({ name: 'Browser', key_type: 'anon' })
  expect(anon.data).toMatchObject({ key: expect.stringMatching(/^pk_/), scopes: ['read'], is_active: true })
  const made = await serviceKeys.create({ name: 'Job', key_type: 'service', rate_limit_per_minute: 100 })
  expect(made.data).toMatchObject({ scopes: ['*'], rate_limit_per_minute: 100 })
  await serviceKeys.disable(made.data?.id ?? '')
  const namesOf = async (options: Parameters<typeof serviceKeys.list>[0]) =>
    (await serviceKeys.list(options)).data?.map(({ name }) => name)
  expect(await namesOf({ key_type: 'anon' })).toContain('Browser')
  expect(await namesOf({ is_active: false })).toEqual(['Job'])
  expect(await namesOf({ limit: 1, offset: 1 })).toEqual(['Browser'])
})

test('a service key works as the key of a client, as far and as long as it is told to', async () => {
  const { admin } = await withKey()
  const { serviceKeys } = admin
  const { data } = await serviceKeys.create({ name: 'Job', key_type: 'service', rate_limit_per_minute: 3 })
  const { id = '', key = '' } = data ?? {}
  const works = () =>
    createClient(server.url, key)
      .admin.listUsers()
      .then(
        () => 200,
        ({ status }) => status,
      )
  expect(await works()).toBe(200)
  expect((await serviceKeys.disable(id)).error).toBeNull()
  expect(await works()).toBe(401)
  expect((await serviceKeys.enable(id)).error).toBeNull()
  expect(await works()).toBe(200)
  const [, third, fourth] = [await works(), await works(), await works()]
  expect([third, fourth]).toEqual([429, 429])

  expect((await serviceKeys.update(id, { name: 'Renamed', rate_limit_per_minute: 100 })).data).toMatchObject({
    name: 'Renamed',
    rate_limit_per_minute: 100,
  })
  expect(await works()).toBe(200)
  const rotated = await serviceKeys.rotate(id)
  expect((await serviceKeys.get(id)).data).toMatchObject({
    deprecated_at: rotated.data?.deprecated_at,
    replaced_by: rotated.data?.id,
  })
  expect(await works()).toBe(200)
  server.clock.advance({ hours: 25 })
  expect(await works()).toBe(401)

  expect((await serviceKeys.revoke(id, { reason: 'Leaked' })).error).toBeNull()
  expect((await serviceKeys.enable(id)).error).toMatchObject({ status: 409 })
  expect((await serviceKeys.delete(id)).error).toBeNull()
  expect((await serviceKeys.get(id)).error).toMatchObject({ status: 404 })
})

test('serviceKeys tell what they refuse', async () => {
  const { serviceKeys } = (await withKey()).admin
  expect(await serviceKeys.rotate('not-a-uuid')).toMatchObject({ data: null, error: { status: 400 } })
  expect(await serviceKeys.rotate(unknownId)).toMatchObject({ data: null, error: { status: 404 } })
  const nameless = await serviceKeys.create({ name: '', key_type: 'service' })
  expect(nameless).toMatchObject({ data: null, error: { status: 400, code: expect.any(String) } })
})
