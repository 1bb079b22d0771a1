import { goodPassword, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { admin, firstAdmin, setUp, type Wire, wireOf } from '../../testing/wire.js'

const server = testServer()
const users = `${admin}/users`
const nobody = '01890a5d-ac96-774b-bcce-b302099a8057'

let asAdmin: Wire
beforeAll(async () => {
  asAdmin = await setUp(server)
})

/** The wire as a backend of an environment of its own. */
async function tenant() {
  const environment = await server.environment({ name: 'live' })
  return { environment, wire: wireOf(server).as(environment.secretKey) }
}

describe('users of a product', () => {
  test('are listed with what is known of them under the names of documents and server, newest first', async () => {
    const { environment, wire } = await tenant()
    await environment.sdk.users.create({
      email: 'JOHN@example.com',
      role: 'admin',
      unsafeMetadata: { theme: 'dark' },
      publicMetadata: { tier: 'gold' },
    })
    const ada = await environment.signedUp('ada@example.com')
    const { status, body } = await wire.get(users)
    expect([status, body.total, body.limit, body.offset]).toEqual([200, 2, 100, 0])
    const time = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(body.users).toEqual([
      {
        id: ada.userId,
        email: 'ada@example.com',
        email_verified: false,
        role: 'user',
        provider: 'email',
        is_anonymous: false,
        is_locked: false,
        last_login_at: time,
        last_sign_in: body.users[0].last_login_at,
        session_count: 1,
        active_sessions: 1,
        metadata: {},
        user_metadata: {},
        app_metadata: {},
        created_at: time,
        updated_at: time,
      },
      expect.objectContaining({
        email: 'JOHN@example.com',
        role: 'admin',
        last_login_at: null,
        session_count: 0,
        metadata: { theme: 'dark' },
        user_metadata: { theme: 'dark' },
        app_metadata: { tier: 'gold' },
      }),
    ])
    const emails = async (query: string) => {
      const answer = await wire.get(`${users}?${query}`)
      return [answer.body.total, answer.body.users.map(({ email }: { email: string }) => email)]
    }
    expect(await emails('limit=1&offset=1')).toEqual([2, ['JOHN@example.com']])
    expect(await emails('search=john')).toEqual([1, ['JOHN@example.com']])
    expect(await emails('exclude_admins=true&type=app')).toEqual([1, ['ada@example.com']])
    expect((await wire.get(`${users}?limit=5000`)).body.limit).toBe(100)
    expect((await wire.get(`${users}?limit=nonsense`)).status).toBe(400)
  })

  test('are listed up to a thousand at once', async () => {
    const { environment, wire } = await tenant()
    await server.owner.query(
      `insert into users (environment_id, id, created_at)
       select $1, gen_random_uuid(), now() - n * interval '1 second' from generate_series(1, 120) n`,
      [environment.id],
    )
    const all = (await wire.get(`${users}?limit=1000`)).body
    expect([all.total, all.limit, new Set(all.users.map(({ id }: { id: string }) => id)).size]).toEqual([
      120, 1000, 120,
    ])
    const some = (await wire.get(`${users}?limit=105&offset=10`)).body
    expect(some.users).toEqual(all.users.slice(10, 115))
  })

  test('are invited by mail, by a link, or with a password', async () => {
    const { environment, wire } = await tenant()
    const mailed = await wire.post(`${users}/invite`, { email: 'ada@example.com', role: 'editor' })
    expect(mailed).toMatchObject({
      status: 201,
      body: {
        user: { email: 'ada@example.com', role: 'editor', provider: 'invite_pending' },
        email_sent: true,
        message: 'Invitation email sent',
      },
    })
    expect(mailed.body).not.toHaveProperty('invitation_link')
    for (const flag of [{ send_email: false }, { skip_email: 'true' }]) {
      const email = `${Object.keys(flag)}@example.com`
      const { status, body } = await wire.post(`${users}/invite`, { email, ...flag })
      expect([status, body.email_sent, body.user.role]).toEqual([201, false, 'user'])
      expect(body.invitation_link).toMatch(/#token=ver_\w+/)
    }
    expect((await environment.operator.emails.list()).total).toBe(1)
    const given = { email: 'grace@example.com', password: goodPassword }
    expect((await wire.post(`${users}/invite`, given)).body.user.email).toBe('grace@example.com')

    const again = await wire.post(`${users}/invite`, { email: 'Ada@example.com' })
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', message: expect.any(String) },
    })
    expect((await wire.post(`${users}/invite`, { email: 'nope' })).status).toBe(400)
    expect((await wire.post(`${users}/invite`, '')).body.code).toBe('MISSING_REQUIRED_FIELD')
  })

  test('are changed, get another password, and are deleted for good', async () => {
    const { environment, wire } = await tenant()
    const ada = await environment.signedUp()
    const one = `${users}/${ada.userId}`
    const promoted = await wire.patch(`${one}/role`, { role: 'admin' })
    expect(promoted).toMatchObject({
      status: 200,
      body: { role: 'admin', email: ada.email, session_count: 1 },
    })
    const changed = await wire.patch(one, { user_metadata: { plan: 'pro' }, role: 'tenant_admin' })
    expect(changed).toMatchObject({ status: 200, body: { role: 'tenant_admin', metadata: { plan: 'pro' } } })
    const moved = { email: 'ada@example.com', password: 'Better-horse-battery-10' }
    expect((await wire.patch(one, moved)).body).toMatchObject({ email: 'ada@example.com', session_count: 0 })
    const again = await environment.browser().post('/v1/auth/sign-in/email-password', moved)
    expect(again.status).toBe(200)
    expect((await wire.patch(one, { user_metadata: 'pro' })).body.error).toBe(
      'user_metadata must be an object.',
    )
    expect((await wire.get(one)).body).toMatchObject({ role: 'tenant_admin', session_count: 1 })

    const mailed = await wire.post(`${one}/reset-password`, {})
    expect(mailed).toMatchObject({ status: 200, body: { message: 'Password reset email sent' } })
    expect((await wire.get(one)).body.session_count).toBe(0)
    const reset = await wire.post(`${one}/reset-password`, new URLSearchParams({ send_email: 'false' }))
    const password = reset.body.message
    const signIn = { email: 'ada@example.com', password }
    expect((await environment.browser().post('/v1/auth/sign-in/email-password', signIn)).status).toBe(200)

    expect(await wire.delete(one)).toMatchObject({
      status: 200,
      body: { message: 'User deleted successfully' },
    })
    expect(await wire.delete(one)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect((await wire.get(users)).body.total).toBe(0)
    for (const id of [nobody, 'nonsense']) {
      expect((await wire.get(`${users}/${id}`)).status).toBe(404)
      expect((await wire.patch(`${users}/${id}/role`, { role: 'admin' })).status).toBe(404)
      expect((await wire.post(`${users}/${id}/reset-password`)).status).toBe(404)
    }
  })
})

describe('the tenant', () => {
  test('is that of the key, the one that an administrator names, or the default', async () => {
    const { environment, wire } = await tenant()
    const { projectId } = environment
    await environment.sdk.users.create({ email: 'ada@example.com' })
    const named = { 'x-fb-tenant': projectId }
    expect((await asAdmin.get(users, named)).body.total).toBe(1)
    expect((await asAdmin.get(users)).body.total).toBe(0)
    const invited = await asAdmin.post(`${users}/invite`, {
      email: 'grace@example.com',
      tenant_id: projectId,
    })
    expect(invited.status).toBe(201)
    expect((await wire.get(users, named)).body.total).toBe(2)

    const other = await tenant()
    const foreign = await wire.get(users, { 'x-fb-tenant': other.environment.projectId })
    expect(foreign).toMatchObject({ status: 403, body: { code: 'ACCESS_DENIED' } })
    const unknown = await asAdmin.get(users, { 'x-fb-tenant': nobody })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  test('is known by every way to send a credential, of which an explicit one wins', async () => {
    const { environment } = await tenant()
    const { secretKey } = environment
    await environment.sdk.users.create({})
    const totalWith = async (headers: Record<string, string>) =>
      (await wireOf(server).get(users, headers)).body.total
    expect(await totalWith({ apikey: secretKey })).toBe(1)
    expect(await totalWith({ 'x-service-key': secretKey })).toBe(1)
    expect(await totalWith({ authorization: `ServiceKey ${secretKey}` })).toBe(1)
    expect(await totalWith({ authorization: 'Basic eDp5', apikey: secretKey })).toBe(1)
    expect((await asAdmin.get(users, { apikey: secretKey })).body.total).toBe(0)
    expect((await asAdmin.get(`${admin}/me`, { apikey: secretKey })).status).toBe(200)
  })
})

test('users of the dashboard are the administrators', async () => {
  const type = '?type=dashboard'
  const listed = await asAdmin.get(`${users}?type=platform&search=ADA`)
  expect(listed).toMatchObject({
    status: 200,
    body: {
      total: 1,
      users: [{ email: firstAdmin.email, role: 'instance_admin', metadata: { name: 'Ada' } }],
    },
  })
  const [ada] = listed.body.users
  const invite = { email: 'grace@example.com', role: 'tenant_admin' }
  const invited = await asAdmin.post(`${users}/invite${type}`, invite)
  expect(invited).toMatchObject({ status: 201, body: { user: invite, email_sent: true } })
  expect((await asAdmin.post(`${users}/invite${type}`, { ...invite, send_email: false })).status).toBe(400)
  expect((await asAdmin.post(`${users}/invite${type}`, { ...invite, role: 'user' })).status).toBe(400)
  const grace = `${users}/${invited.body.user.id}`
  expect((await asAdmin.get(grace + type)).body).toEqual(invited.body.user)
  expect((await asAdmin.patch(`${grace}/role${type}`, { role: 'instance_admin' })).body.role).toBe(
    'instance_admin',
  )
  expect((await asAdmin.post(`${grace}/reset-password${type}`)).body.message).toBe(
    'Password reset email sent',
  )
  expect((await asAdmin.delete(grace + type)).status).toBe(200)
  expect((await asAdmin.get(grace + type)).status).toBe(404)
  const last = await asAdmin.delete(`${users}/${ada.id}${type}`)
  expect(last).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
  const { wire } = await tenant()
  expect(await wire.get(users + type)).toMatchObject({ status: 403, body: { code: 'ADMIN_REQUIRED' } })
})
