import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

test('projects.get answers the project with its environments, by either form of its id', async () => {
  const { operator, projectId, name, sdk } = await server.environment()
  const project = await operator.projects.get(projectId)
  const slug = name.split('/')[0]
  expect(project).toEqual({
    id: projectId,
    slug,
    name: slug,
    isDefault: false,
    status: 'active',
    metadata: {},
    environments: [await sdk.environment.get()],
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updatedAt: project.createdAt,
    deletedAt: null,
    purge: null,
  })
  expect(await operator.projects.get(`prj_${projectId.replaceAll('-', '')}`)).toEqual(project)
})

test('projects.get answers a project that has no environment yet', async () => {
  const { operator } = await server.environment()
  const id = newId()
  await server.owner.query('insert into projects (id, slug, name) values ($1, $2, $2)', [id, `p-${id}`])
  expect(await operator.projects.get(id)).toMatchObject({ id, environments: [] })
})

test.each([['bogus-id'], [newId()]])('projects.get answers 404 for the id %s', async (id) => {
  const { operator } = await server.environment()
  await expect(operator.projects.get(id)).rejects.toMatchObject({
    status: 404,
    code: 'project_not_found',
    detail: 'Project not found',
  })
})

test('projects.get answers 404 for a deleted project', async () => {
  const { operator, projectId } = await server.environment()
  await server.owner.query('update projects set deleted_at = instant() where id = $1', [projectId])
  await expect(operator.projects.get(projectId)).rejects.toMatchObject({ code: 'project_not_found' })
})

test('projects.get is for administrators', async () => {
  const { sdk, projectId } = await server.environment()
  await expect(sdk.projects.get(projectId)).rejects.toMatchObject({ status: 403, code: 'wrong_credential' })
})
