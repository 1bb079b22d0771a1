import { testServer } from '@claviger/server/testing'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { foundCompany, recorded, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'
const unknown = { status: 404, code: 'organization_not_found', detail: 'Organization not found' }

test('organizations.delete takes memberships and invitations along, leaves the users, and is recorded once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const company = await foundCompany(environment)
  const invitation = await sdk.invitations.create({ email: 'new@example.com', orgId: company.id })
  const before = await recorded(environment)

  await sdk.organizations.delete(company.id)

  await expect(sdk.organizations.get(company.id)).rejects.toMatchObject(unknown)
  await expect(sdk.memberships.list(company.id)).rejects.toMatchObject(unknown)
  await expect(sdk.invitations.get(invitation.id)).rejects.toMatchObject({ status: 404 })
  expect(await sdk.organizations.list()).toMatchObject({ organizations: [], total: 0 })
  expect((await sdk.invitations.list()).total).toBe(0)
  expect((await sdk.users.list()).total).toBe(3)
  const events = (await recorded(environment)).slice(before.length)
  expect(events).toMatchObject([{ type: 'organization.deleted', data: { organization: { id: company.id } } }])
})

test('organizations.delete a second time is 404, and one of ten at once deletes', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })

  const outcomes = await tally(Array.from({ length: 10 }, () => sdk.organizations.delete(id)))

  expect(outcomes).toEqual({ done: 1, organization_not_found: 9 })
  const events = await recorded(environment)
  expect(events.filter(({ type }) => type === 'organization.deleted')).toHaveLength(1)
  await expect(sdk.organizations.delete(id)).rejects.toMatchObject(unknown)
})

test('organizations.delete answers 404 for every id that is no organization of the environment', async () => {
  const { sdk } = await server.environment()
  const other = await server.environment()
  const elsewhere = await other.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (const id of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.organizations.delete(id)).rejects.toMatchObject(unknown)
  }
  expect(await other.sdk.organizations.get(elsewhere.id)).toEqual(elsewhere)
})

test('organizations.delete leaves the sessions that worked in it alive, working in none', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, member } = await foundCompany(environment)
  expect((await member.patch('/v1/orgs/current', { orgId: id })).status).toBe(200)

  await sdk.organizations.delete(id)

  const { sessions } = await sdk.sessions.list({ userId: member.userId })
  expect(sessions).toMatchObject([{ status: 'active', activeOrgId: null }])
  expect((await member.get('/v1/me')).status).toBe(200)
  const { body } = await member.post('/v1/auth/sessions/refresh')
  expect(decodeJwt(body.sessionToken)).not.toHaveProperty('org')
})

test('organizations.delete makes way for a deletion of the user who created it', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, owner, admin } = await foundCompany(environment)
  await sdk.memberships.update(id, admin.userId, { role: 'owner' })

  await sdk.users.delete(owner.userId)

  expect(await sdk.organizations.get(id)).toMatchObject({ createdBy: null })
  expect((await sdk.memberships.list(id)).total).toBe(2)
})
