import type { ProjectsUpdateBody } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { metadataSizeBytesMax } from '#kernel/metadata'

const server = testServer()

test('projects.update changes what is named, leaves the rest, and records the project as answered', async () => {
  const { operator, projectId } = await server.environment()
  const before = await operator.projects.get(projectId)
  server.clock.advance({ seconds: 1 })
  const renamed = await operator.projects.update(projectId, { name: 'New name' })
  expect(renamed).toEqual({ ...before, name: 'New name', updatedAt: renamed.updatedAt })
  expect(Date.parse(renamed.updatedAt) - Date.parse(before.updatedAt)).toBeGreaterThanOrEqual(1_000)
  const updated = await operator.projects.update(projectId, { metadata: { plan: 'pro', seats: 5 } })
  expect(updated).toMatchObject({ name: 'New name', metadata: { plan: 'pro', seats: 5 } })
  const replaced = await operator.projects.update(projectId, { metadata: { plan: 'free' } })
  expect(replaced.metadata).toEqual({ plan: 'free' })
  expect(await operator.projects.get(projectId)).toEqual(replaced)
  const { events } = await operator.instanceEvents.list({ type: 'project.updated' })
  const of = events.filter(({ data }) => (data.project as { id: string }).id === projectId)
  expect(of.map(({ data }) => data.project)).toEqual(expect.arrayContaining([renamed, updated, replaced]))
  expect(of).toHaveLength(3)
})

test('projects.update of nothing answers the project, and records nothing', async () => {
  const { operator, projectId } = await server.environment()
  const before = await operator.projects.get(projectId)
  const { total } = await operator.instanceEvents.list()
  expect(await operator.projects.update(projectId, {})).toEqual(before)
  expect((await operator.instanceEvents.list()).total).toBe(total)
})

test.each<[string, object]>([
  ['the slug', { slug: 'another' }],
  ['who is the default', { isDefault: true }],
  ['when it was deleted', { deletedAt: null }],
  ['the status', { status: 'active' }],
  ['the name to nothing', { name: '' }],
  ['the name to null', { name: null }],
  ['the metadata to null', { metadata: null }],
  ['the metadata to too much', { metadata: { a: 'x'.repeat(metadataSizeBytesMax) } }],
])('projects.update does not change %s', async (_, body) => {
  const { operator, projectId } = await server.environment()
  const before = await operator.projects.get(projectId)
  await expect(operator.projects.update(projectId, body as ProjectsUpdateBody)).rejects.toMatchObject({
    status: 400,
  })
  expect(await operator.projects.get(projectId)).toEqual(before)
})

test('projects.update answers 404 for a deleted project', async () => {
  const { operator, projectId } = await server.environment()
  await operator.projects.delete(projectId)
  for (const body of [{}, { name: 'New name' }]) {
    await expect(operator.projects.update(projectId, body)).rejects.toMatchObject({
      code: 'project_not_found',
    })
  }
})
