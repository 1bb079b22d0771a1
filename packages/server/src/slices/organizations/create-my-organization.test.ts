import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { overtaken, recorded, tally } from './company.fixture.js'

const server = testServer()

test('orgs.create makes the signed-in user the owner, and records both by that user', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()

  const { status, body } = await ada.post('/v1/orgs', { name: 'Acme', slug: 'ACME' })

  expect(status).toBe(201)
  expect(body.organization).toMatchObject({ name: 'Acme', slug: 'acme', role: 'owner', publicMetadata: {} })
  expect(body.organization).not.toHaveProperty('privateMetadata')
  const { id } = body.organization
  expect(await environment.sdk.organizations.get(id)).toMatchObject({ slug: 'acme', createdBy: ada.userId })
  const actor = { type: 'user', id: ada.userId }
  expect(await recorded(environment)).toMatchObject([
    { type: 'organization.created', actor, data: { organization: { id } } },
    { type: 'membership.created', actor, data: { membership: { userId: ada.userId, role: 'owner' } } },
  ])
})

test('orgs.create refuses a taken slug and fields that are the backend’s, and creates nothing', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  await environment.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const taken = await ada.post('/v1/orgs', { name: 'Mine', slug: 'Acme' })
  expect(taken).toMatchObject({ status: 409, body: { code: 'organization_slug_taken' } })
  for (const field of ['createdBy', 'publicMetadata', 'privateMetadata', 'role', 'id']) {
    expect((await ada.post('/v1/orgs', { name: 'Mine', slug: 'mine', [field]: {} })).status).toBe(400)
  }
  expect((await environment.sdk.organizations.list()).total).toBe(1)
  expect((await ada.get('/v1/orgs')).body).toMatchObject({ organizations: [], total: 0 })
})

test('orgs.create gives a slug that 20 users ask for at once to one of them', async () => {
  const environment = await server.environment()
  const people = await Promise.all(Array.from({ length: 20 }, () => environment.signedUp()))
  const outcomes = await tally(
    people.map(async (person) => {
      const { status, body } = await person.post('/v1/orgs', { name: 'Acme', slug: 'acme' })
      if (status !== 201) throw body
    }),
  )
  expect(outcomes).toEqual({ done: 1, organization_slug_taken: 19 })
  expect(await recorded(environment)).toHaveLength(2)
})

test('orgs.create answers 401 when the user is deleted at that moment', async () => {
  const environment = await server.environment()
  const ada = await environment.signedUp()
  const deletion = [['delete from users where id = $1', ada.userId]] as const

  const answer = await overtaken(server, deletion, () => ada.post('/v1/orgs', { name: 'Acme', slug: 'acme' }))

  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_session' } })
  expect((await environment.sdk.organizations.list()).total).toBe(0)
})

test('orgs.create needs a session', async () => {
  const environment = await server.environment()
  const answer = await environment.browser().post('/v1/orgs', { name: 'Acme', slug: 'acme' })
  expect(answer).toMatchObject({ status: 401, body: { code: 'not_signed_in' } })
})
