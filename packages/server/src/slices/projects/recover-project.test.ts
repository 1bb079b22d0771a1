import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

test('projects.recover brings the project back as it was, and records it', async () => {
  const { operator, projectId } = await server.environment()
  const before = await operator.projects.get(projectId)
  await operator.projects.delete(projectId)
  server.clock.advance({ days: 30 })
  const project = await operator.projects.recover(projectId)
  expect(project).toEqual({ ...before, updatedAt: project.updatedAt })
  expect(await operator.projects.get(projectId)).toEqual(project)
  const { events } = await operator.instanceEvents.list({ type: 'project.recovered', limit: 1 })
  expect(events).toMatchObject([{ data: { project } }])
})

test('projects.recover refuses a project that is not deleted, and one that there is not', async () => {
  const { operator, projectId } = await server.environment()
  await expect(operator.projects.recover(projectId)).rejects.toMatchObject({
    status: 409,
    code: 'project_not_deleted',
  })
  await expect(operator.projects.recover(newId())).rejects.toMatchObject({
    status: 404,
    code: 'project_not_found',
  })
})

test('projects.recover and projects.purge at once: one of them has the project, and it stays so', async () => {
  const { operator } = await server.environment()
  for (let i = 0; i < 10; i++) {
    const { id, slug } = await operator.projects.create({ slug: `p-${newId()}`, name: 'Shop' })
    await operator.projects.delete(id)
    const [recovered, purged] = await Promise.allSettled([
      operator.projects.recover(id),
      operator.projects.purge(id, { confirm: slug }),
    ])
    // A purge may also follow the recovery: it deletes what is not deleted.
    expect(purged.status).toBe('fulfilled')
    if (recovered.status === 'rejected') {
      expect(recovered.reason).toMatchObject({ status: 409, code: 'project_purging' })
    }
    const { status } = await operator.projects.get(id, { includeDeleted: true })
    expect(status).toBe('purging')
    await expect(operator.projects.recover(id)).rejects.toMatchObject({ code: 'project_purging' })
  }
})
