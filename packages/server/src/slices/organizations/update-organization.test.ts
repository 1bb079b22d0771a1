import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { recorded, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'
const unknown = { status: 404, code: 'organization_not_found', detail: 'Organization not found' }

test('organizations.get answers 404 for every id that is no organization of the environment', async () => {
  const { sdk } = await server.environment()
  const elsewhere = await (await server.environment()).sdk.organizations.create({
    name: 'Acme',
    slug: 'acme',
  })
  for (const id of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.organizations.get(id)).rejects.toMatchObject(unknown)
  }
})

test('organizations.update changes the fields that are named, leaves the others and records the result', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const before = await sdk.organizations.create({
    name: 'Acme',
    slug: 'acme',
    publicMetadata: { tier: 'gold', seats: 5 },
    privateMetadata: { crm: 7 },
  })
  server.clock.advance({ minutes: 1 })

  const renamed = await sdk.organizations.update(before.id, { name: 'Acme Industries', slug: 'Acme-INC' })
  expect(renamed).toEqual({
    ...before,
    name: 'Acme Industries',
    slug: 'acme-inc',
    updatedAt: expect.any(String),
  })
  expect(Date.parse(renamed.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt) + 60_000)

  const relabelled = await sdk.organizations.update(before.id, { publicMetadata: { tier: 'silver' } })
  expect(relabelled).toMatchObject({ publicMetadata: { tier: 'silver' }, privateMetadata: { crm: 7 } })
  expect(relabelled.publicMetadata).not.toHaveProperty('seats')
  const cleared = await sdk.organizations.update(before.id, { privateMetadata: {} })
  expect(cleared).toMatchObject({ publicMetadata: { tier: 'silver' }, privateMetadata: {} })

  expect(await sdk.organizations.get(before.id)).toEqual(cleared)
  const events = await recorded(environment)
  expect(events.slice(1)).toMatchObject([
    { type: 'organization.updated', data: { organization: renamed } },
    { type: 'organization.updated', data: { organization: relabelled } },
    { type: 'organization.updated', data: { organization: cleared } },
  ])
})

test('organizations.update of nothing changes nothing and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const before = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  server.clock.advance({ minutes: 1 })
  expect(await sdk.organizations.update(before.id, {})).toEqual(before)
  expect(await recorded(environment)).toHaveLength(1)
})

test('organizations.update refuses a slug that another organization has, and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const globex = await sdk.organizations.create({ name: 'Globex', slug: 'globex' })

  await expect(sdk.organizations.update(globex.id, { name: 'Stolen', slug: 'ACME' })).rejects.toMatchObject({
    status: 409,
    code: 'organization_slug_taken',
  })

  expect(await sdk.organizations.get(globex.id)).toEqual(globex)
  expect(await recorded(environment)).toHaveLength(2)
})

test('organizations.update takes the own slug in another case for no conflict', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  await expect(sdk.organizations.update(id, { slug: 'ACME' })).resolves.toMatchObject({ slug: 'acme' })
})

test('organizations.update gives a slug that ten ask for at once to one of them', async () => {
  const { sdk } = await server.environment()
  const made = await Promise.all(
    Array.from({ length: 10 }, (_, i) => sdk.organizations.create({ name: 'Acme', slug: `org-${i}` })),
  )
  const outcomes = await tally(made.map(({ id }) => sdk.organizations.update(id, { slug: 'acme' })))
  expect(outcomes).toEqual({ done: 1, organization_slug_taken: 9 })
})

test('organizations.update answers 404 for every id that is no organization of the environment', async () => {
  const { sdk } = await server.environment()
  const other = await server.environment()
  const elsewhere = await other.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (const id of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.organizations.update(id, { name: 'Taken over' })).rejects.toMatchObject(unknown)
  }
  expect(await other.sdk.organizations.get(elsewhere.id)).toEqual(elsewhere)
  expect(await recorded(other)).toHaveLength(1)
})

test('organizations.update refuses too much metadata and fields that nobody may set', async () => {
  const { sdk } = await server.environment()
  const before = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const fill = { fill: 'x'.repeat(32 * 1024) }
  await expect(sdk.organizations.update(before.id, { publicMetadata: fill })).rejects.toMatchObject({
    status: 400,
    code: 'metadata_too_large',
  })
  for (const field of ['id', 'createdBy', 'createdAt', 'environmentId']) {
    await expect(sdk.organizations.update(before.id, { [field]: unknownId })).rejects.toMatchObject({
      status: 400,
    })
  }
  expect(await sdk.organizations.get(before.id)).toEqual(before)
})
