import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import {
  adminBrowser,
  administratorOf,
  adminPassword,
  bearer,
  operatorOf,
  tokenMailedTo,
} from './administration.fixture.js'

const server = testServer()

const auth = '/v1/instance/auth'
const me = '/v1/instance/me'

test('an administrator signs in, administers by bearer token and by cookie, and is out at once when signed out', async () => {
  const { email, id } = await administratorOf(server)
  const environment = await server.environment()
  const browser = adminBrowser(server)
  const signedIn = await browser.post(`${auth}/sign-in`, { email, password: adminPassword })
  expect(signedIn.status).toBe(200)
  const { sessionToken, sessionTokenExpiresAt } = signedIn.body
  expect(Date.parse(sessionTokenExpiresAt) - server.clock.now()).toBeGreaterThan(14 * 60_000)
  expect([...browser.cookies.keys()].sort()).toEqual([
    'claviger_admin',
    'claviger_admin_device',
    'claviger_admin_refresh',
  ])
  for (const cookie of signedIn.headers.getSetCookie()) {
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
  }
  expect((await browser.get(me)).body.administrator).toMatchObject({ id, email, role: 'instance_admin' })

  const named = { 'claviger-environment': environment.name }
  for (const headers of [named, { ...named, ...bearer(sessionToken) }]) {
    expect(await browser.get('/v1/admin/users', headers)).toMatchObject({ status: 200, body: { total: 0 } })
  }
  expect((await browser.get('/v1/projects')).status).toBe(200)
  expect(await browser.get('/v1/admin/users')).toMatchObject({ body: { code: 'environment_required' } })

  server.clock.advance({ minutes: 14 })
  expect((await adminBrowser(server).get('/v1/projects', bearer(sessionToken))).status).toBe(200)
  expect((await browser.post(`${auth}/sign-out`)).status).toBe(200)
  expect(browser.cookies.has('claviger_admin')).toBe(false)
  for (const path of [me, '/v1/projects']) {
    expect(await adminBrowser(server).get(path, bearer(sessionToken))).toMatchObject({
      status: 401,
      body: { code: 'invalid_session' },
    })
  }
})

test('a session token of an administrator ends after fifteen minutes, and a session that is not used after two hours', async () => {
  const grace = await administratorOf(server)
  server.clock.advance({ minutes: 15, seconds: 6 })
  expect((await adminBrowser(server).get(me, bearer(grace.sessionToken))).status).toBe(401)
  expect((await grace.post(`${auth}/refresh`)).status).toBe(200)
  server.clock.advance({ hours: 2, seconds: 1 })
  expect((await grace.post(`${auth}/refresh`)).status).toBe(401)
})

test('a refresh token of an administrator that was replaced ends its session', async () => {
  const grace = await administratorOf(server)
  const stolen = grace.cookies.get('claviger_admin_refresh')
  await grace.post(`${auth}/refresh`)
  server.clock.advance({ seconds: 11 })
  const thief = adminBrowser(server)
  expect((await thief.post(`${auth}/refresh`, { refreshToken: stolen })).status).toBe(401)
  expect((await grace.get(me)).status).toBe(401)
  expect((await grace.post(`${auth}/refresh`)).status).toBe(401)
})

test('credentials of users are worth nothing to administrators, nor those of administrators to users', async () => {
  const environment = await server.environment()
  const [grace, user] = [await administratorOf(server), await environment.signedUp()]
  const wrong = { status: 403, body: { code: 'wrong_credential' } }
  const userToken = user.cookies.get('__session') ?? ''
  for (const path of [me, '/v1/instance/administrators', '/v1/projects', '/v1/admin/users']) {
    expect(await adminBrowser(server).get(path, bearer(userToken)), path).toMatchObject(wrong)
    // A page of a user that has planted its token where an administrator's belongs gains nothing by it.
    const planted = { cookie: `claviger_admin=${userToken}` }
    expect(await adminBrowser(server).get(path, planted), path).toMatchObject(wrong)
    expect((await user.get(path)).status, path).toBe(401)
  }
  for (const path of ['/v1/me', '/v1/me/sessions', '/v1/orgs']) {
    expect(await adminBrowser(server).get(path, bearer(grace.sessionToken)), path).toMatchObject(wrong)
    expect((await grace.get(path)).status, path).toBe(401)
    const planted = { cookie: `__session=${grace.sessionToken}` }
    expect(await adminBrowser(server).get(path, planted), path).toMatchObject(wrong)
  }
  const [ofUser, ofGrace] = [user.cookies.get('__client'), grace.cookies.get('claviger_admin_refresh')]
  expect((await adminBrowser(server).post(`${auth}/refresh`, { refreshToken: ofUser })).status).toBe(401)
  expect(
    (await environment.browser().post('/v1/auth/sessions/refresh', { refreshToken: ofGrace })).status,
  ).toBe(401)
  expect(
    (
      await environment.browser().post('/v1/auth/sign-in/email-password', {
        email: grace.email,
        password: adminPassword,
      })
    ).status,
  ).toBe(401)
  expect(
    (await adminBrowser(server).post(`${auth}/sign-in`, { email: user.email, password: goodPassword }))
      .status,
  ).toBe(401)
})

test('a user and an administrator in one browser keep their cookies apart', async () => {
  const environment = await server.environment()
  const user = await environment.signedUp()
  const grace = await administratorOf(server)
  for (const [name, value] of grace.cookies) user.cookies.set(name, value)
  expect((await user.get('/v1/me')).body.user.id).toBe(user.userId)
  expect((await user.get(me)).body.administrator.id).toBe(grace.id)
  await user.post('/v1/auth/sign-out')
  expect((await user.get('/v1/me')).status).toBe(401)
  expect((await user.get(me)).status).toBe(200)
})

test('writes with the cookies of an administrator are refused from every origin but the own', async () => {
  const environment = await server.environment({ settings: { allowedOrigins: ['https://shop.example'] } })
  const grace = await administratorOf(server)
  const named = { 'claviger-environment': environment.name }
  for (const origin of ['https://evil.example', 'https://shop.example', 'null']) {
    const refused = { status: 403, body: { code: 'origin_not_allowed' } }
    expect(await grace.post('/v1/admin/users', {}, { ...named, origin })).toMatchObject(refused)
    expect(await grace.post('/v1/projects', { slug: 'evil', name: 'Evil' }, { origin })).toMatchObject(
      refused,
    )
    expect(await grace.post(`${auth}/sign-out/all`, undefined, { origin })).toMatchObject(refused)
    const { headers } = await grace.get('/v1/admin/users', { ...named, origin })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
  const own = { origin: 'http://claviger.test' }
  expect((await grace.post('/v1/admin/users', {}, { ...named, ...own })).status).toBe(201)
  const foreign = { ...named, ...bearer(grace.sessionToken), origin: 'https://evil.example' }
  expect((await adminBrowser(server).post('/v1/admin/users', {}, foreign)).status).toBe(201)
})

test('the project of the instance is nowhere: in no list, by no id, by no name, for nobody', async () => {
  const grace = await administratorOf(server)
  const [project, environment] = [
    '00000000-0000-7000-8000-000000000000',
    '00000000-0000-7000-8000-000000000001',
  ]
  const { body } = await grace.get('/v1/projects?includeDeleted=true&limit=100')
  expect(body.total).toBe(body.projects.length)
  expect(JSON.stringify(body)).not.toContain('@instance')
  for (const at of [`/v1/projects/${project}`, `/v1/projects/${project}/environments`]) {
    expect(await grace.get(at)).toMatchObject({ status: 404, body: { code: 'project_not_found' } })
  }
  expect(await grace.get(`/v1/projects/${project}/environments/${environment}`)).toMatchObject({
    status: 404,
  })
  expect(await grace.patch(`/v1/projects/${project}`, { name: 'Mine' })).toMatchObject({ status: 404 })
  expect(await grace.delete(`/v1/projects/${project}`)).toMatchObject({ status: 404 })
  expect(await grace.post(`/v1/projects/${project}/purge`, { confirm: '@instance' })).toMatchObject({
    status: 404,
  })
  expect(await grace.post(`/v1/projects/${project}/make-default`)).toMatchObject({ status: 404 })
  for (const name of ['@instance/live', '%40instance/live', 'instance/live', `${project}/live`]) {
    expect(await grace.get('/v1/admin/users', { 'claviger-environment': name })).toMatchObject({
      status: 404,
      body: { code: 'environment_not_found' },
    })
  }
  for (const slug of ['@instance', '%40instance']) {
    expect((await grace.get(`/environments/${slug}/live/.well-known/jwks.json`)).status).toBe(404)
  }
})

test('a tenant_admin has its projects, and every other and the installation are as unknown as none', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const grace = await administratorOf(server, 'tenant_admin', [own.projectId])
  const { body } = await grace.get('/v1/projects')
  expect(body.projects.map(({ id }: { id: string }) => id)).toEqual([own.projectId])
  expect(body.total).toBe(1)
  expect((await grace.get(`/v1/projects/${own.projectId}`)).status).toBe(200)
  const named = { 'claviger-environment': own.name }
  expect((await grace.post('/v1/admin/users', {}, named)).status).toBe(201)
  expect((await grace.post('/v1/admin/secret-keys', { name: 'Own' }, named)).status).toBe(201)

  const unknown = (await grace.get('/v1/admin/users', { 'claviger-environment': 'nowhere/test' })).body
  const foreign = (await grace.get('/v1/admin/users', { 'claviger-environment': other.name })).body
  expect(foreign.code).toBe(unknown.code)
  expect(foreign.detail.replace(other.name, 'nowhere/test')).toBe(unknown.detail)
  const key = { 'x-publishable-key': other.publishableKey }
  expect(await grace.get('/v1/admin/users', key)).toMatchObject({ body: { code: 'environment_not_found' } })
  expect(await grace.get(`/v1/projects?slug=${other.name.split('/')[0]}`)).toMatchObject({
    body: { total: 0 },
  })
  for (const path of [`/v1/projects/${other.projectId}`, `/v1/projects/${other.projectId}/environments`]) {
    expect(await grace.get(path), path).toMatchObject({ status: 404, body: { code: 'project_not_found' } })
  }
  expect(await grace.patch(`/v1/projects/${other.projectId}`, { name: 'Mine' })).toMatchObject({
    status: 404,
  })

  const denied = { status: 403, body: { code: 'permission_denied' } }
  for (const path of ['/v1/instance/administrators', '/v1/instance/events', '/v1/instance/emails']) {
    expect(await grace.get(path), path).toMatchObject(denied)
  }
  expect(await grace.get('/v1/projects?includeDeleted=true')).toMatchObject(denied)
  expect(await grace.post('/v1/projects', { slug: 'mine', name: 'Mine' })).toMatchObject(denied)
  expect(await grace.delete(`/v1/projects/${own.projectId}`)).toMatchObject(denied)
  expect(
    await grace.patch(`/v1/instance/administrators/${grace.id}`, { role: 'instance_admin' }),
  ).toMatchObject(denied)
  const email = 'friend@example.com'
  expect(await grace.post('/v1/instance/administrators', { email, role: 'instance_admin' })).toMatchObject(
    denied,
  )
  expect((await grace.get(me)).body.administrator.projectIds).toEqual([own.projectId])
})

test('administrators.update takes effect with the next request, and signs out', async () => {
  const environment = await server.environment()
  const grace = await administratorOf(server, 'tenant_admin', [environment.projectId])
  const { administrators } = operatorOf(server)
  const updated = await administrators.update(grace.id, { projectIds: [] })
  expect(updated).toMatchObject({ role: 'tenant_admin', projectIds: [] })
  expect((await grace.get(me)).status).toBe(401)
  await grace.post(`${auth}/sign-in`, { email: grace.email, password: adminPassword })
  expect((await grace.get('/v1/projects')).body.total).toBe(0)
  expect(await administrators.update(grace.id, {})).toMatchObject({ role: 'tenant_admin' })
  expect((await grace.get(me)).status).toBe(200)
  await expect(
    administrators.update(grace.id, { role: 'instance_admin', projectIds: [environment.projectId] }),
  ).rejects.toMatchObject({ code: 'projects_without_role' })
  for (const projectId of ['00000000-0000-7000-8000-000000000000', environment.id]) {
    await expect(administrators.update(grace.id, { projectIds: [projectId] })).rejects.toMatchObject({
      code: 'project_not_found',
    })
  }
  const deleted = await administrators.delete(grace.id)
  expect(deleted).toBeUndefined()
  expect((await grace.get(me)).status).toBe(401)
  await expect(administrators.get(grace.id)).rejects.toMatchObject({ code: 'administrator_not_found' })
})

test('an invitation gives no right until it is accepted, works once, and ends after seven days', async () => {
  const { administrators } = operatorOf(server)
  const email = 'late@example.com'
  const invited = await administrators.create({ email, role: 'instance_admin', name: 'Late' })
  expect(invited).toMatchObject({ status: 'invited', name: 'Late' })
  const first = await tokenMailedTo(server, email)
  await administrators.create({ email: email.toUpperCase(), role: 'instance_admin' })
  const second = await tokenMailedTo(server, email.toUpperCase())
  expect(second).not.toBe(first)
  const accept = (token: string) =>
    adminBrowser(server).post('/v1/instance/invitations/accept', { token, password: adminPassword })
  const invalid = { status: 401, body: { code: 'verification_invalid' } }
  expect(await accept(first)).toMatchObject(invalid)
  expect(
    await adminBrowser(server).post('/v1/instance/invitations/accept', { token: second, password: 'short' }),
  ).toMatchObject({ body: { code: 'password_too_short' } })

  // Who reads the mail can set a password, and is nobody with it.
  await adminBrowser(server).post(`${auth}/password/reset/request`, { email })
  const newPassword = 'another long sentence'
  const reset = { token: await tokenMailedTo(server, email), newPassword }
  expect((await adminBrowser(server).post(`${auth}/password/reset/confirm`, reset)).status).toBe(200)
  const browser = adminBrowser(server)
  expect((await browser.post(`${auth}/sign-in`, { email, password: newPassword })).status).toBe(200)
  for (const path of [me, '/v1/projects']) expect((await browser.get(path)).status, path).toBe(401)
  expect(await accept(second)).toMatchObject(invalid)

  await administrators.create({ email, role: 'instance_admin' })
  const third = await tokenMailedTo(server, email)
  server.clock.advance({ days: 7, seconds: 1 })
  expect(await accept(third)).toMatchObject(invalid)
  await administrators.create({ email, role: 'instance_admin' })
  const fourth = await tokenMailedTo(server, email)
  const answers = await Promise.all([accept(fourth), accept(fourth), accept(fourth)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  expect(await administrators.get(invited.id)).toMatchObject({ status: 'active', name: 'Late' })
  await expect(administrators.create({ email, role: 'tenant_admin' })).rejects.toMatchObject({
    status: 409,
    code: 'administrator_exists',
  })
})

test('administrators.list finds by part of address and name, without case, newest first', async () => {
  const { administrators } = operatorOf(server)
  await administrators.create({ email: 'zoe_1@example.com', role: 'tenant_admin', name: 'Élan' })
  await administrators.create({ email: 'zoe%2@example.com', role: 'tenant_admin' })
  const found = async (search: string) =>
    (await administrators.list({ search })).items.map(({ email }) => email)
  expect(await found('ZOE')).toEqual(['zoe%2@example.com', 'zoe_1@example.com'])
  expect(await found('zoe_')).toEqual(['zoe_1@example.com'])
  expect(await found('%')).toEqual(['zoe%2@example.com'])
  expect(await found('lan')).toEqual(['zoe_1@example.com'])
  expect((await administrators.list({ limit: 1 }).toArray({ limitMax: 100 })).length).toBe(
    (await administrators.list()).total,
  )
})
