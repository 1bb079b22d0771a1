import { testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
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
  for (const work of [
    admin.getUserById(unknownId),
    admin.deleteUser(unknownId),
    admin.updateUserRole(unknownId, 'admin'),
    admin.resetUserPassword(unknownId),
  ])
    expect(await statusOf(work)).toBe(404)
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
