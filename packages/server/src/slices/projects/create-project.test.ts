import type { ProjectsCreateBody } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { metadataSizeBytesMax } from '#kernel/metadata'

const server = testServer()
const newSlug = () => `p-${newId()}`

test('projects.create answers the project with both environments, as projects.get does', async () => {
  const { operator } = await server.environment()
  const slug = newSlug()
  const project = await operator.projects.create({ slug, name: 'Shop', metadata: { plan: 'pro' } })
  expect(project).toMatchObject({
    slug,
    name: 'Shop',
    isDefault: false,
    status: 'active',
    metadata: { plan: 'pro' },
    environments: [
      { name: 'live', projectSlug: slug },
      { name: 'test', projectSlug: slug },
    ],
    deletedAt: null,
    purge: null,
  })
  expect(await operator.projects.get(project.id)).toEqual(project)
  expect((await operator.projects.create({ slug: newSlug(), name: 'Other' })).metadata).toEqual({})
})

test('projects.create makes environments that work at once: keys, sign-ups, a key set', async () => {
  const { operator } = await server.environment()
  const { slug } = await operator.projects.create({ slug: newSlug(), name: 'Shop' })
  const headers = { authorization: `Bearer ${server.operatorToken}`, 'claviger-environment': `${slug}/live` }
  const ask = (path: string, body?: object) =>
    fetch(`${server.url}${path}`, {
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
  expect((await ask('/v1/admin/secret-keys', { name: 'First' })).status).toBe(201)
  expect((await ask('/v1/admin/users', { email: 'ada@example.com' })).status).toBe(201)
  expect(JSON.parse(await (await ask('/.well-known/jwks.json')).text()).keys).toHaveLength(1)
})

test('projects.create records the project as answered, above all environments', async () => {
  const { operator } = await server.environment()
  const project = await operator.projects.create({ slug: newSlug(), name: 'Shop' })
  const { events } = await operator.instanceEvents.list({ type: 'project.created', limit: 1 })
  expect(events).toMatchObject([{ actor: { type: 'administrator', id: 'operator' }, data: { project } }])
})

test.each(['a', 'acme-corp', 'a1', 'a--b', `a${'b'.repeat(62)}`])(
  'projects.create takes the slug %s',
  async (slug) => {
    const { operator } = await server.environment()
    expect((await operator.projects.create({ slug, name: 'Shop' })).slug).toBe(slug)
  },
)

test.each<[string, object]>([
  ['an empty slug', { slug: '' }],
  ['a slug of 64 characters', { slug: 'a'.repeat(64) }],
  ['a slug that begins with a digit', { slug: '1a' }],
  ['a slug that begins with a hyphen', { slug: '-a' }],
  ['a slug that ends with a hyphen', { slug: 'a-' }],
  ['a slug with capitals', { slug: 'Acme' }],
  ['a slug with a space and an exclamation mark', { slug: 'Acme Corp!' }],
  ['a slug with an underscore', { slug: 'a_b' }],
  ['a slug with a slash', { slug: 'a/b' }],
  ['a slug with a line break at its end', { slug: 'acme\n' }],
  ['a slug of other letters', { slug: 'äcme' }],
  ['no slug', { slug: undefined }],
  ['no name', { name: undefined }],
  ['an empty name', { name: '' }],
  ['a name of spaces', { name: '  ' }],
  ['a name of 101 characters', { name: 'a'.repeat(101) }],
  ['metadata that are a list', { metadata: [] }],
  ['metadata that are null', { metadata: null }],
  ['to be no default', { isDefault: false }],
  ['a field that there is not', { status: 'deleted' }],
])('projects.create refuses %s, and creates nothing', async (_, said) => {
  const { operator } = await server.environment()
  const { total } = await operator.projects.list()
  const body = { slug: newSlug(), name: 'Shop', ...said } as ProjectsCreateBody
  await expect(operator.projects.create(body)).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
  expect((await operator.projects.list()).total).toBe(total)
})

test('projects.create takes metadata up to their limit', async () => {
  const { operator } = await server.environment()
  const full = { a: 'x'.repeat(metadataSizeBytesMax - 8) }
  const create = (metadata: object) =>
    operator.projects.create({ slug: newSlug(), name: 'Shop', metadata: metadata as Record<string, unknown> })
  expect((await create(full)).metadata).toEqual(full)
  await expect(create({ ...full, b: 1 })).rejects.toMatchObject({ status: 400, code: 'metadata_too_large' })
})

test('projects.create gives a slug to one of 50 that ask for it together', async () => {
  const { operator } = await server.environment()
  const slug = newSlug()
  const answers = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) => operator.projects.create({ slug, name: `Shop ${i}` })),
  )
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      expect(answer.reason).toMatchObject({ status: 409, code: 'project_slug_taken' })
    }
  }
  const { projects } = await operator.projects.list({ slug })
  expect(projects).toHaveLength(1)
  expect(projects[0]?.environments).toHaveLength(2)
  const { events } = await operator.instanceEvents.list({ type: 'project.created', limit: 100 })
  const recorded = events.filter(({ data }) => (data.project as { slug: string }).slug === slug)
  expect(recorded).toHaveLength(1)
})
