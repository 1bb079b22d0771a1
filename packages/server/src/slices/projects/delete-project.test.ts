import { Claviger } from '@claviger/sdk'
import {
  createTestDatabase,
  goodPassword,
  startTestServer,
  type TestEnvironment,
  testServer,
} from '@claviger/server/testing'
import { afterAll, expect, test } from 'vitest'

const server = testServer()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

/** The status that every kind of credential of an environment is answered with, in the order of the code. */
async function statuses(
  environment: TestEnvironment,
  user: Awaited<ReturnType<TestEnvironment['signedUp']>>,
) {
  const { browser, secretKey, name } = environment
  const stranger = browser()
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const credentials = { email: user.email, password: goodPassword }
  const answers = await Promise.all([
    stranger.get('/v1/admin/users', bearer(secretKey)),
    stranger.post('/v1/auth/sign-in/email-password', credentials),
    stranger.get('/.well-known/jwks.json'),
    user.get('/v1/me'),
    user.post('/v1/auth/sessions/refresh'),
  ])
  const operator = await fetch(`${server.url}/v1/admin/users`, {
    headers: { ...bearer(server.operatorToken), 'claviger-environment': name },
  })
  return [...answers.map(({ status }) => status), operator.status]
}

test('projects.delete ends every way into the project at once, and projects.recover opens each again', async () => {
  const environment = await server.environment()
  const { operator, projectId } = environment
  const user = await environment.signedUp()
  expect(await statuses(environment, user)).toEqual([200, 200, 200, 200, 200, 200])

  const deleted = await operator.projects.delete(projectId)
  expect(deleted).toMatchObject({ id: projectId, status: 'deleted', purge: null })
  expect(deleted.deletedAt).toEqual(deleted.updatedAt)
  expect(await statuses(environment, user)).toEqual([401, 404, 404, 401, 404, 404])

  await operator.projects.recover(projectId)
  expect(await statuses(environment, user)).toEqual([200, 200, 200, 200, 200, 200])
})

test('projects.delete makes every route within the project answer as for one that never was', async () => {
  const { operator, projectId, id } = await server.environment()
  await operator.projects.delete(projectId)
  const unknown = { status: 404, code: 'project_not_found', detail: 'Project not found' }
  const { projects, environments } = operator
  for (const refused of [
    () => projects.get(projectId),
    () => projects.update(projectId, { name: 'New name' }),
    () => projects.delete(projectId),
    () => environments.list(projectId),
    () => environments.create(projectId, { name: 'live' }),
    () => environments.get(projectId, id),
    () => environments.update(projectId, id, { settings: {} }),
    () => environments.purge(projectId, id, { confirm: 'x' }),
  ]) {
    await expect(refused()).rejects.toMatchObject(unknown)
  }
  expect((await projects.list({ limit: 100 })).items.map((project) => project.id)).not.toContain(projectId)
})

test('projects.delete keeps the slug and all data, and shows the project to who asks for deleted ones', async () => {
  const environment = await server.environment()
  const { operator, projectId } = environment
  const { userId } = await environment.signedUp()
  const slug = environment.name.split('/')[0] ?? ''
  const deleted = await operator.projects.delete(projectId)
  await expect(operator.projects.create({ slug, name: 'Another' })).rejects.toMatchObject({
    status: 409,
    code: 'project_slug_taken',
  })
  expect(await operator.projects.get(projectId, { includeDeleted: true })).toEqual(deleted)
  expect((await operator.projects.list({ slug, includeDeleted: true })).projects).toEqual([deleted])
  expect((await operator.projects.list({ slug })).total).toBe(0)
  const { rowCount } = await server.owner.query('select from users where id = $1', [userId])
  expect(rowCount).toBe(1)
})

test('projects.delete records the project as answered', async () => {
  const { operator, projectId } = await server.environment()
  const project = await operator.projects.delete(projectId)
  const { events } = await operator.instanceEvents.list({ type: 'project.deleted', limit: 1 })
  expect(events).toMatchObject([{ actor: { type: 'administrator', id: 'operator' }, data: { project } }])
})

test('projects.delete refuses the default project, and says what to do', async () => {
  const { operator } = await server.environment()
  const { projects } = await operator.projects.list({ slug: 'default' })
  const [{ id } = { id: '' }] = projects
  await expect(operator.projects.delete(id)).rejects.toMatchObject({
    status: 409,
    code: 'project_is_default',
    detail: 'The default project cannot be deleted. Make another project the default first.',
  })
  expect((await operator.projects.get(id)).status).toBe('active')
})

test('projects.delete happens once, however many ask for it together', async () => {
  const { operator, projectId } = await server.environment()
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, () => operator.projects.delete(projectId)),
  )
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const { events } = await operator.instanceEvents.list({ type: 'project.deleted', limit: 100 })
  const of = events.filter(({ data }) => (data.project as { id: string }).id === projectId)
  expect(of).toHaveLength(1)
})

test('projects.delete leaves no session alive of sign-ins that run at the same time', async () => {
  const environment = await server.environment()
  const { operator, projectId } = environment
  const { email } = await environment.signedUp()
  const browsers = Array.from({ length: 8 }, () => environment.browser())
  const credentials = { email, password: goodPassword }
  const [, ...signIns] = await Promise.all([
    operator.projects.delete(projectId),
    ...browsers.map((browser) => browser.post('/v1/auth/sign-in/email-password', credentials)),
  ])
  for (const { status } of signIns) expect([200, 404]).toContain(status)
  for (const browser of browsers) expect((await browser.get('/v1/me')).status).toBe(401)
})

test('projects.delete on one node is in force for the next request on every other', async () => {
  const database = await createTestDatabase()
  const one = await startTestServer(database)
  const two = await startTestServer(database, { seal: one.server.seal, clock: one.server.clock })
  ends.push(
    () => database.drop(),
    () => one.stop(),
    () => two.stop(),
  )
  const { operator, projectId, secretKey } = await one.server.environment()
  const elsewhere = new Claviger({ baseUrl: two.server.url, secretKey, maxRetries: 0 })
  for (let i = 0; i < 3; i++) {
    expect((await elsewhere.users.list()).total).toBe(0)
    await operator.projects.delete(projectId)
    await expect(elsewhere.users.list()).rejects.toMatchObject({ status: 401 })
    await operator.projects.recover(projectId)
  }
})
