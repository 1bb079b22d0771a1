import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()
const newProject = () => ({ slug: `p-${newId()}`, name: 'Shop' })

test('instanceEvents.list shows what happened to projects, newest first, by page and by type', async () => {
  const { operator } = await server.environment()
  const { id } = await operator.projects.create(newProject())
  const does = [
    () => operator.projects.update(id, { name: 'New name' }),
    () => operator.projects.delete(id),
    () => operator.projects.recover(id),
  ]
  for (const act of does) {
    server.clock.advance({ seconds: 1 })
    await act()
  }
  const { events, total } = await operator.instanceEvents.list()
  expect(events.map(({ type }) => type).slice(0, 4)).toEqual([
    'project.recovered',
    'project.deleted',
    'project.updated',
    'project.created',
  ])
  expect(total).toBe(events.length)
  expect(await operator.instanceEvents.list({ limit: 2 }).toArray({ limitMax: 100 })).toEqual(events)
  expect(await operator.instanceEvents.list({ type: 'project.deleted' })).toMatchObject({
    total: 1,
    events: [{ type: 'project.deleted', requestId: expect.any(String) }],
  })
  expect((await operator.instanceEvents.list({ type: 'project.%' })).total).toBe(0)
})

test('instanceEvents.list and events.list show nothing of each other', async () => {
  const { operator, sdk, projectId, id } = await server.environment()
  await sdk.users.create({})
  await operator.projects.update(projectId, { name: 'New name' })
  await operator.environments.update(projectId, id, { settings: { sessionLifetimeSeconds: 600 } })
  expect((await sdk.events.list()).events.map(({ type }) => type).sort()).toEqual([
    'environment.updated',
    'user.created',
  ])
  const { events } = await operator.instanceEvents.list({ limit: 100 })
  expect(events.filter(({ type }) => !type.startsWith('project.'))).toEqual([])
})

test('instanceEvents.list has nothing of what was refused', async () => {
  const { operator, projectId, id } = await server.environment()
  const { total } = await operator.instanceEvents.list()
  const { projects } = await operator.projects.list({ slug: 'default' })
  const refused = await Promise.allSettled([
    operator.projects.create({ slug: 'default', name: 'Again' }),
    operator.projects.delete(projects[0]?.id ?? ''),
    operator.projects.recover(projectId),
    operator.projects.purge(projectId, { confirm: 'x' }),
    operator.environments.purge(projectId, id, { confirm: 'x' }),
  ])
  expect(refused.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  expect((await operator.instanceEvents.list()).total).toBe(total)
})
