import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

/** Creates organizations named after their slugs, one after the other. */
async function create({ sdk }: TestEnvironment, ...slugs: readonly string[]) {
  for (const slug of slugs) await sdk.organizations.create({ name: `The ${slug}`, slug })
}

test('organizations.list answers pages newest first with the exact total', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await create(environment, 'one', 'two', 'three', 'four', 'five')

  const page = await sdk.organizations.list({ limit: 2 })
  expect(page).toMatchObject({ total: 5, limit: 2, offset: 0, hasMore: true })
  expect(page.organizations.map(({ slug }) => slug)).toEqual(['five', 'four'])

  const last = await sdk.organizations.list({ limit: 2, offset: 4 })
  expect(last).toMatchObject({ total: 5, offset: 4, nextCursor: null })
  expect(last.organizations.map(({ slug }) => slug)).toEqual(['one'])
})

test('organizations.list counts exactly through parallel creations and deletions', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const slugs = Array.from({ length: 12 }, (_, i) => `org-${i}`)
  const made = await Promise.all(slugs.map((slug) => sdk.organizations.create({ name: slug, slug })))
  expect((await sdk.organizations.list()).total).toBe(12)

  await Promise.all(made.slice(0, 5).map(({ id }) => sdk.organizations.delete(id)))

  const { total, organizations } = await sdk.organizations.list()
  expect(total).toBe(7)
  expect(organizations).toHaveLength(7)
})

test('organizations.list walks by cursor over every organization once while others are created', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await create(environment, 'one', 'two', 'three', 'four', 'five')

  const first = await sdk.organizations.list({ limit: 2 })
  await create(environment, 'latecomer')
  const second = await first.nextPage()
  const third = await second?.nextPage()

  const walked = [first, second, third].flatMap((page) => page?.organizations ?? [])
  expect(walked.map(({ slug }) => slug)).toEqual(['five', 'four', 'three', 'two', 'one'])
  expect(third).toMatchObject({ total: 6, hasMore: false })
})

test('organizations.list keeps organizations of the same instant apart when a cursor falls between them', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await create(environment, 'one', 'two', 'three')
  await server.owner.query("update organizations set created_at = '2026-01-01' where environment_id = $1", [
    environment.id,
  ])
  const walked = []
  for await (const { slug } of sdk.organizations.list({ limit: 1 })) walked.push(slug)
  expect(walked).toEqual(['three', 'two', 'one'])
})

test('organizations.list refuses a cursor that is not one', async () => {
  const { sdk } = await server.environment()
  await expect(sdk.organizations.list({ after: 'bogus' })).rejects.toMatchObject({
    status: 400,
    code: 'invalid_cursor',
  })
})

test('organizations.list lowers a limit above 100 and echoes it', async () => {
  const { sdk } = await server.environment()
  expect(await sdk.organizations.list({ limit: 1_000 })).toMatchObject({
    limit: 100,
    total: 0,
    organizations: [],
  })
})

test('organizations.list finds exactly one slug, without case', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await create(environment, 'acme', 'acme-labs')
  const { organizations, total } = await sdk.organizations.list({ slug: 'ACME' })
  expect(total).toBe(1)
  expect(organizations.map(({ slug }) => slug)).toEqual(['acme'])
  expect((await sdk.organizations.list({ slug: 'acm' })).total).toBe(0)
})

test('organizations.list searches part of name or slug without case, and counts what it finds', async () => {
  const { sdk } = await server.environment()
  await sdk.organizations.create({ name: 'Blue Widgets', slug: 'bw' })
  await sdk.organizations.create({ name: 'Red Gadgets', slug: 'widget-works' })
  await sdk.organizations.create({ name: 'Green Gizmos', slug: 'gg' })

  const { organizations, total } = await sdk.organizations.list({ search: 'WIDGET', limit: 1 })

  expect(total).toBe(2)
  expect(organizations.map(({ slug }) => slug)).toEqual(['widget-works'])
})

test('organizations.list finds a name as it is written, in every alphabet', async () => {
  const { sdk } = await server.environment()
  for (const [i, name] of ['İstanbul Teknik', 'Ärztehaus', 'ΑΘΗΝΑ'].entries()) {
    await sdk.organizations.create({ name, slug: `org-${i}` })
    expect((await sdk.organizations.list({ search: name })).total, name).toBe(1)
  }
})

test('organizations.list takes the wildcards of SQL in a search literally', async () => {
  const { sdk } = await server.environment()
  await sdk.organizations.create({ name: '100% Acme', slug: 'percent' })
  await sdk.organizations.create({ name: 'Acme_Labs', slug: 'underscore' })
  await sdk.organizations.create({ name: 'Acme\\Works', slug: 'backslash' })
  const found = async (search: string) =>
    (await sdk.organizations.list({ search })).organizations.map(({ slug }) => slug)
  expect(await found('%')).toEqual(['percent'])
  expect(await found('e_L')).toEqual(['underscore'])
  expect(await found('\\')).toEqual(['backslash'])
})

test('organizations.list shows nothing of another environment, whatever is asked', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  await create(one, 'acme', 'globex')
  const { nextCursor } = await one.sdk.organizations.list({ limit: 1 })
  for (const query of [{}, { slug: 'acme' }, { search: 'The' }, { after: nextCursor ?? '' }]) {
    expect(await other.sdk.organizations.list(query)).toMatchObject({ organizations: [], total: 0 })
  }
})
