import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()
const newProject = () => ({ slug: `p-${newId()}`, name: 'Shop' })

async function defaults(): Promise<string[]> {
  const { rows } = await server.owner.query('select id from projects where is_default')
  return rows.map(({ id }) => id)
}

test('projects.makeDefault moves the default, and records both projects', async () => {
  const { operator } = await server.environment()
  const [before] = await defaults()
  const { id } = await operator.projects.create(newProject())
  server.clock.advance({ seconds: 1 })
  const project = await operator.projects.makeDefault(id)
  expect(project).toMatchObject({ id, isDefault: true })
  expect(await defaults()).toEqual([id])
  const { events } = await operator.instanceEvents.list({ type: 'project.updated', limit: 2 })
  expect(events.map(({ data }) => data)).toEqual(
    expect.arrayContaining([
      { project },
      { project: expect.objectContaining({ id: before, isDefault: false }) },
    ]),
  )
})

test('projects.makeDefault of the default changes and records nothing', async () => {
  const { operator } = await server.environment()
  const project = await operator.projects.create({ ...newProject(), isDefault: true })
  expect(await defaults()).toEqual([project.id])
  const { total } = await operator.instanceEvents.list()
  server.clock.advance({ seconds: 1 })
  expect(await operator.projects.makeDefault(project.id)).toEqual(project)
  expect((await operator.instanceEvents.list()).total).toBe(total)
})

test('projects.makeDefault leaves exactly one default of 20 that are made so together', async () => {
  const { operator } = await server.environment()
  const made = await Promise.all(Array.from({ length: 10 }, () => operator.projects.create(newProject())))
  await Promise.all([
    ...made.map(({ id }) => operator.projects.makeDefault(id)),
    ...made.map(() => operator.projects.create({ ...newProject(), isDefault: true })),
  ])
  expect(await defaults()).toHaveLength(1)
})

test('projects.makeDefault and projects.delete at once never leave a deleted default', async () => {
  const { operator } = await server.environment()
  for (let i = 0; i < 10; i++) {
    const { id } = await operator.projects.create(newProject())
    const [made, deleted] = await Promise.allSettled([
      operator.projects.makeDefault(id),
      operator.projects.delete(id),
    ])
    expect([made.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected'])
    expect(await defaults()).toHaveLength(1)
  }
})

test('projects.makeDefault answers 404 for a deleted project, and leaves the default where it is', async () => {
  const { operator, projectId } = await server.environment()
  const before = await defaults()
  await operator.projects.delete(projectId)
  await expect(operator.projects.makeDefault(projectId)).rejects.toMatchObject({ code: 'project_not_found' })
  expect(await defaults()).toEqual(before)
})
