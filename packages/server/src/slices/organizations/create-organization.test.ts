import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { overtaken, recorded, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('organizations.create answers every field that was sent and records the organization once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const sent = {
    name: 'Acme',
    slug: 'acme',
    publicMetadata: { tier: 'gold' },
    privateMetadata: { crm: { id: 7 } },
  }

  const organization = await sdk.organizations.create(sent)

  expect(organization).toEqual({
    ...sent,
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    createdBy: null,
    requiresSecondFactor: false,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updatedAt: organization.createdAt,
  })
  expect(await sdk.organizations.get(organization.id)).toEqual(organization)
  const events = await recorded(environment)
  expect(events).toMatchObject([
    { type: 'organization.created', actor: { type: 'secret_key' }, data: { organization } },
  ])
})

test('organizations.create starts with empty metadata and without members', async () => {
  const { sdk } = await server.environment()
  const { id, ...organization } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  expect(organization).toMatchObject({ createdBy: null, publicMetadata: {}, privateMetadata: {} })
  expect(await sdk.memberships.list(id)).toMatchObject({ memberships: [], total: 0 })
})

test('organizations.create makes the user named in createdBy its owner', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await sdk.users.create({ email: 'ada@example.com', username: 'ada' })

  const organization = await sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: ada.id })

  expect(organization.createdBy).toBe(ada.id)
  const { memberships } = await sdk.memberships.list(organization.id)
  expect(memberships).toMatchObject([
    {
      organizationId: organization.id,
      userId: ada.id,
      role: 'owner',
      email: 'ada@example.com',
      username: 'ada',
    },
  ])
  const events = await recorded(environment)
  expect(events.map(({ type }) => type)).toEqual(['organization.created', 'membership.created'])
  expect(events[1]?.data).toEqual({ membership: memberships[0] })
})

test('organizations.create answers 404 for a createdBy that is no user here, and creates nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const elsewhere = await (await server.environment()).sdk.users.create({ email: 'ada@example.com' })

  for (const createdBy of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy })).rejects.toMatchObject({
      status: 404,
      code: 'user_not_found',
    })
  }

  expect((await sdk.organizations.list()).total).toBe(0)
  expect(await recorded(environment)).toEqual([])
})

test('organizations.create answers 404 when the user in createdBy is deleted at that moment', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.users.create({ email: 'ada@example.com' })

  const creation = overtaken(server, [['delete from users where id = $1', id]], () =>
    sdk.organizations.create({ name: 'Acme', slug: 'acme', createdBy: id }),
  )

  await expect(creation).rejects.toMatchObject({ status: 404, code: 'user_not_found' })
  expect((await sdk.organizations.list()).total).toBe(0)
})

test('organizations.create keeps a slug in lower case and refuses one that differs only by case', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const first = await sdk.organizations.create({ name: 'Acme', slug: 'ACME-Labs' })
  expect(first.slug).toBe('acme-labs')

  await expect(sdk.organizations.create({ name: 'Other', slug: 'Acme-LABS' })).rejects.toMatchObject({
    status: 409,
    code: 'organization_slug_taken',
    detail: 'Another organization of this environment has the slug acme-labs.',
  })

  expect((await sdk.organizations.list()).total).toBe(1)
  expect(await recorded(environment)).toHaveLength(1)
})

test('organizations.create lets two environments use the same slug', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  await one.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  await expect(other.sdk.organizations.create({ name: 'Acme', slug: 'acme' })).resolves.toMatchObject({
    slug: 'acme',
  })
})

test('organizations.create gives a slug that 20 ask for at once to one of them', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const spellings = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'acme' : 'ACME'))

  const outcomes = await tally(spellings.map((slug) => sdk.organizations.create({ name: 'Acme', slug })))

  expect(outcomes).toEqual({ done: 1, organization_slug_taken: 19 })
  expect((await sdk.organizations.list()).total).toBe(1)
  expect(await recorded(environment)).toHaveLength(1)
})

test('organizations.create lets a slug be taken again after its organization was deleted', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  await sdk.organizations.delete(id)
  await expect(sdk.organizations.create({ name: 'Acme', slug: 'acme' })).resolves.toMatchObject({
    slug: 'acme',
  })
})

test('organizations.create refuses names and slugs that are not ones, and names the field', async () => {
  const { sdk } = await server.environment()
  const refused: [field: string, body: { name: string; slug: string }][] = [
    ['/slug', { name: 'Acme' } as never],
    ['/slug', { name: 'Acme', slug: '' }],
    ['/slug', { name: 'Acme', slug: '-acme' }],
    ['/slug', { name: 'Acme', slug: 'acme--labs' }],
    ['/slug', { name: 'Acme', slug: 'acme labs' }],
    ['/slug', { name: 'Acme', slug: 'äcme' }],
    ['/slug', { name: 'Acme', slug: 'a'.repeat(65) }],
    ['/name', { name: '', slug: 'acme' }],
    ['/name', { name: ' \t', slug: 'acme' }],
    ['/name', { name: 'a'.repeat(101), slug: 'acme' }],
    ['/ownerId', { name: 'Acme', slug: 'acme', ownerId: unknownId } as never],
  ]
  for (const [pointer, body] of refused) {
    await expect(sdk.organizations.create(body), JSON.stringify(body)).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    })
  }
  expect((await sdk.organizations.list()).total).toBe(0)
})

test('organizations.create refuses a metadata bucket above 32 KiB', async () => {
  const { sdk } = await server.environment()
  const fill = (bytes: number) => ({ fill: 'x'.repeat(bytes - '{"fill":""}'.length) })
  const create = (slug: string, bytes: number) =>
    sdk.organizations.create({ name: 'Acme', slug, privateMetadata: fill(bytes) })

  await expect(create('full', 32 * 1024)).resolves.toMatchObject({ slug: 'full' })
  await expect(create('overfull', 32 * 1024 + 1)).rejects.toMatchObject({
    status: 400,
    code: 'metadata_too_large',
  })
})
