import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('orgs.list answers the own organizations with the own role, newest membership first', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [ada, bob] = await Promise.all([environment.signedUp(), environment.signedUp()])
  const old = await sdk.organizations.create({
    name: 'Old',
    slug: 'old',
    publicMetadata: { tier: 'gold' },
    privateMetadata: { crm: 7 },
  })
  const young = await sdk.organizations.create({ name: 'Young', slug: 'young' })
  await sdk.organizations.create({ name: 'Of Bob', slug: 'of-bob', createdBy: bob.userId })
  await sdk.memberships.create(young.id, { userId: ada.userId, role: 'owner' })
  await sdk.memberships.create(old.id, { userId: ada.userId })

  const { body } = await ada.get('/v1/orgs')

  const { id, name, slug, publicMetadata, createdAt, updatedAt } = old
  expect(body).toMatchObject({ total: 2, limit: 50, offset: 0, nextCursor: null })
  expect(body.organizations).toEqual([
    { id, name, slug, publicMetadata, requiresSecondFactor: false, createdAt, updatedAt, role: 'member' },
    expect.objectContaining({ id: young.id, role: 'owner' }),
  ])
})

test('orgs.list walks by cursor over every organization once', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  for (const slug of ['one', 'two', 'three']) await ada.post('/v1/orgs', { name: slug, slug })
  const walked: string[] = []
  for (let path: string | null = '/v1/orgs?limit=1'; path; ) {
    const { body } = await ada.get(path)
    expect(body.total).toBe(3)
    walked.push(...body.organizations.map(({ slug }: { slug: string }) => slug))
    path = body.nextCursor && `/v1/orgs?limit=1&after=${body.nextCursor}`
  }
  expect(walked).toEqual(['three', 'two', 'one'])
})

test('orgs.list shows a user without organizations an empty page', async () => {
  const environment = await server.environment()
  await environment.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await environment.signedUp()
  expect((await ada.get('/v1/orgs')).body).toMatchObject({ organizations: [], total: 0 })
})
