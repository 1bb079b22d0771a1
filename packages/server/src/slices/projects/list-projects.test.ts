import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

/** A project with what the owner of the database puts into it, a second newer than every other. */
async function insertProject(...environmentNames: string[]): Promise<string> {
  const id = newId()
  await server.owner.query(
    `insert into projects (id, slug, name, created_at)
     select $1, $2, 'Shop', max(created_at) + interval '1 second' from projects`,
    [id, `shop-${id}`],
  )
  for (const name of environmentNames) {
    await server.owner.query('insert into environments (id, project_id, name) values ($1, $2, $3)', [
      newId(),
      id,
      name,
    ])
  }
  return id
}

test('projects.list shows the default project of a new installation with its two environments', async () => {
  const { operator } = await server.environment()
  const { projects } = await operator.projects.list()
  const defaults = projects.filter(({ isDefault }) => isDefault)
  expect(defaults).toMatchObject([
    { slug: 'default', name: 'Default', environments: [{ name: 'live' }, { name: 'test' }] },
  ])
})

test('projects.list shows the newest first, as projects.get and environment.get answer it', async () => {
  const { operator, projectId, sdk } = await server.environment({ settings: { sessionLifetimeSeconds: 600 } })
  const newest = await insertProject('test', 'live')
  const { projects } = await operator.projects.list()
  expect(projects[0]?.id).toBe(newest)
  expect(projects[0]?.environments.map(({ name }) => name)).toEqual(['live', 'test'])
  const listed = projects.find(({ id }) => id === projectId)
  expect(listed).toEqual(await operator.projects.get(projectId))
  expect(listed?.environments).toEqual([await sdk.environment.get()])
})

test('projects.list shows a project that has no environment yet', async () => {
  const { operator } = await server.environment()
  const id = await insertProject()
  expect((await operator.projects.list({ limit: 1 })).projects).toMatchObject([{ id, environments: [] }])
})

test('projects.list counts exactly, cuts pages and walks by cursor', async () => {
  const { operator } = await server.environment()
  for (let i = 0; i < 3; i++) await insertProject('live')
  const { projects: all, total } = await operator.projects.list({ limit: 100 })
  expect(all).toHaveLength(total)
  expect((await operator.projects.list({ limit: 2, offset: 1 })).projects).toEqual(all.slice(1, 3))
  expect(await operator.projects.list({ limit: 2 }).toArray({ limitMax: 100 })).toEqual(all)
  expect(await operator.projects.list({ offset: total })).toMatchObject({ projects: [], total })
})

test('projects.list leaves a deleted project out, and out of the total', async () => {
  const { operator } = await server.environment()
  const id = await insertProject('live')
  const { total } = await operator.projects.list()
  await server.owner.query('update projects set deleted_at = instant() where id = $1', [id])
  const page = await operator.projects.list({ limit: 100 })
  expect(page.total).toBe(total - 1)
  expect(page.projects.map((project) => project.id)).not.toContain(id)
})

test('projects.list is for administrators: a secret key sees no project, not even its own', async () => {
  const { sdk } = await server.environment()
  await expect(sdk.projects.list()).rejects.toMatchObject({ status: 403, code: 'wrong_credential' })
})

test('projects.list finds by part of name or slug, without case, and takes wildcards for what they are', async () => {
  const { operator } = await server.environment()
  const tag = newId().slice(-12)
  const create = (slug: string, name: string) => operator.projects.create({ slug: `${slug}-${tag}`, name })
  const [one, two] = [await create('one', `100% of ${tag}`), await create('two', `Zwei_${tag}`)]
  const found = async (search: string) => {
    const { projects, total } = await operator.projects.list({ search, limit: 100 })
    expect(total).toBe(projects.length)
    return projects.map(({ id }) => id).sort()
  }
  expect(await found(tag)).toEqual([one.id, two.id].sort())
  expect(await found(`ZWEI_${tag.toUpperCase()}`)).toEqual([two.id])
  expect(await found(`one-${tag}`)).toEqual([one.id])
  expect(await found(`% of ${tag}`)).toEqual([one.id])
  expect(await found(`%${tag}`)).toEqual([])
  expect(await found('\\')).toEqual([])
  expect((await operator.projects.list({ slug: two.slug })).projects).toEqual([two])
  expect((await operator.projects.list({ slug: 'nowhere' })).total).toBe(0)
})

test('projects.list shows deleted projects among the others to who asks for them', async () => {
  const { operator, projectId } = await server.environment()
  const before = await operator.projects.list({ limit: 100 })
  const deleted = await operator.projects.delete(projectId)
  const { projects, total } = await operator.projects.list({ includeDeleted: true, limit: 100 })
  expect(projects.find(({ id }) => id === projectId)).toEqual(deleted)
  expect(total).toBeGreaterThanOrEqual(before.total)
  expect((await operator.projects.list()).total).toBe(before.total - 1)
})
