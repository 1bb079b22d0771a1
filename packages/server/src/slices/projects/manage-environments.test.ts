import type { EnvironmentsCreateBody, EnvironmentsUpdateBody } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

test('environments.list shows those of the project alone, as environments.get answers each', async () => {
  const { operator } = await server.environment()
  const project = await operator.projects.create({ slug: `p-${newId()}`, name: 'Shop' })
  const { environments, total } = await operator.environments.list(project.id)
  expect(total).toBe(2)
  expect(environments).toEqual(expect.arrayContaining(project.environments))
  for (const environment of environments) {
    expect(await operator.environments.get(project.id, environment.id)).toEqual(environment)
  }
  const walked = await operator.environments.list(project.id, { limit: 1 }).toArray({ limitMax: 10 })
  expect(walked).toEqual(environments)
})

test('environments.get answers 404 for an environment of another project', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  await expect(own.operator.environments.get(own.projectId, other.id)).rejects.toMatchObject({
    status: 404,
    code: 'project_environment_not_found',
  })
  await expect(own.operator.environments.get(newId(), own.id)).rejects.toMatchObject({
    status: 404,
    code: 'project_not_found',
  })
})

test('environments.create adds the one that is missing, and records it', async () => {
  const { operator, projectId } = await server.environment({ name: 'test' })
  const settings = { sessionLifetimeSeconds: 600 }
  const environment = await operator.environments.create(projectId, { name: 'live', settings })
  expect(environment).toMatchObject({ name: 'live', projectId, settings })
  expect((await operator.projects.get(projectId)).environments).toMatchObject([environment, { name: 'test' }])
  const { events } = await operator.instanceEvents.list({ type: 'environment.created', limit: 1 })
  expect(events).toMatchObject([{ data: { environment } }])
})

test('environments.create makes one of 20 that are asked for together', async () => {
  const { operator, projectId } = await server.environment({ name: 'test' })
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, () => operator.environments.create(projectId, { name: 'live' })),
  )
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const [refused] = answers.filter((answer) => answer.status === 'rejected')
  expect(refused?.reason).toMatchObject({ status: 409, code: 'environment_exists' })
  expect((await operator.environments.list(projectId)).total).toBe(2)
})

test.each([{ name: 'staging' }, { name: 'LIVE' }, {}, { name: 'live', settings: { isAdmin: true } }])(
  'environments.create refuses %o',
  async (body) => {
    const { operator, projectId } = await server.environment({ name: 'test' })
    await expect(
      operator.environments.create(projectId, body as EnvironmentsCreateBody),
    ).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
  },
)

test('environments.update is what environment.update is, and recorded in the environment', async () => {
  const { operator, projectId, id, sdk } = await server.environment()
  const settings = { sessionLifetimeSeconds: 600 }
  const environment = await operator.environments.update(projectId, id, { settings })
  expect(environment).toEqual(await sdk.environment.get())
  expect(environment.settings.sessionLifetimeSeconds).toBe(600)
  expect((await sdk.events.list()).events).toMatchObject([
    {
      type: 'environment.updated',
      actor: { type: 'administrator', id: 'operator' },
      data: { environment },
    },
  ])
  expect(await operator.environments.update(projectId, id, { settings: {} })).toEqual(environment)
  const bad = { settings: { sessionLifetimeSeconds: 1 } } as EnvironmentsUpdateBody
  await expect(operator.environments.update(projectId, id, bad)).rejects.toMatchObject({ status: 400 })
})

test('environments.purge ends every way in, frees the name, and leaves the rest to the job', async () => {
  const { operator, projectId, id, sdk, name, signedUp } = await server.environment({ name: 'test' })
  const live = await operator.environments.create(projectId, { name: 'live' })
  const user = await signedUp()
  const environment = await operator.environments.purge(projectId, id, { confirm: name })
  expect(environment).toMatchObject({ id, name: 'test' })
  await expect(sdk.users.list()).rejects.toMatchObject({ status: 401 })
  expect((await user.get('/v1/me')).status).toBe(401)
  await expect(operator.environments.get(projectId, id)).rejects.toMatchObject({ status: 404 })
  const fresh = await operator.environments.create(projectId, { name: 'test' })
  expect(fresh.id).not.toBe(id)
  const { events } = await operator.instanceEvents.list({ type: 'environment.purge_requested', limit: 1 })
  expect(events).toMatchObject([{ data: { environment } }])

  const count = async () => {
    const { rows } = await server.owner.query(
      `select (select count(*) from users where environment_id = $1)::int as users,
              (select count(*) from environments where id = $1)::int as environments`,
      [id],
    )
    return rows[0]
  }
  await server.runJob('purge_projects')
  expect(await count()).toEqual({ users: 1, environments: 1 })
  server.clock.advance({ minutes: 1 })
  await server.runJob('purge_projects')
  expect(await count()).toEqual({ users: 0, environments: 0 })
  const left = await operator.projects.get(projectId)
  expect(left.environments).toEqual([live, fresh])
  expect(left.purge).toBeNull()
})

test('environments.purge refuses the last environment, and what is not confirmed', async () => {
  const { operator, projectId, id, name } = await server.environment()
  await expect(operator.environments.purge(projectId, id, { confirm: name })).rejects.toMatchObject({
    status: 409,
    code: 'last_environment',
  })
  for (const confirm of ['', 'test', name.replace('test', 'live')]) {
    await expect(operator.environments.purge(projectId, id, { confirm })).rejects.toMatchObject({
      status: 400,
      code: 'confirmation_mismatch',
    })
  }
  expect((await operator.environments.list(projectId)).total).toBe(1)
})

test('environments.purge of both environments at once leaves one', async () => {
  const { operator } = await server.environment()
  for (let i = 0; i < 10; i++) {
    const { id, slug, environments } = await operator.projects.create({ slug: `p-${newId()}`, name: 'Shop' })
    const answers = await Promise.allSettled(
      environments.map((each) =>
        operator.environments.purge(id, each.id, { confirm: `${slug}/${each.name}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await operator.environments.list(id)).total).toBe(1)
  }
})
