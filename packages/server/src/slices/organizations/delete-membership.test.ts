import { testServer } from '@claviger/server/testing'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { foundCompany, recorded, rolesOf, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('memberships.delete removes a member at once, records it, and is 404 the second time', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, path, member } = await foundCompany(environment)
  const [membership] = (await sdk.memberships.list(id)).memberships
  const before = await recorded(environment)

  await sdk.memberships.delete(id, member.userId)

  expect((await sdk.memberships.list(id)).total).toBe(2)
  expect((await member.get(path)).status).toBe(404)
  await expect(sdk.memberships.delete(id, member.userId)).rejects.toMatchObject({
    status: 404,
    code: 'membership_not_found',
  })
  expect((await recorded(environment)).slice(before.length)).toMatchObject([
    { type: 'membership.deleted', actor: { type: 'secret_key' }, data: { membership } },
  ])
  await expect(sdk.memberships.create(id, { userId: member.userId })).resolves.toMatchObject({
    role: 'member',
  })
})

test('memberships.delete resets the active organization of every session of the member, and no other', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, owner, member } = await foundCompany(environment)
  const phone = environment.browser()
  const credentials = { email: member.email, password: 'Correct-horse-battery-9' }
  expect((await phone.post('/v1/auth/sign-in/email-password', credentials)).status).toBe(200)
  for (const browser of [owner, member, phone]) await browser.patch('/v1/orgs/current', { orgId: id })

  await sdk.memberships.delete(id, member.userId)

  const sessions = await sdk.sessions.list({ userId: member.userId })
  expect(sessions.items).toMatchObject([
    { status: 'active', activeOrgId: null },
    { status: 'active', activeOrgId: null },
  ])
  const { body } = await phone.post('/v1/auth/sessions/refresh')
  expect(decodeJwt(body.sessionToken)).not.toHaveProperty('org')
  expect(decodeJwt(body.sessionToken)).not.toHaveProperty('org_role')
  expect((await sdk.sessions.list({ userId: owner.userId })).items).toMatchObject([{ activeOrgId: id }])
})

test('memberships.delete refuses to remove the last owner, and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, owner, admin } = await foundCompany(environment)
  const before = await recorded(environment)
  await expect(sdk.memberships.delete(id, owner.userId)).rejects.toMatchObject({
    status: 409,
    code: 'last_owner',
  })
  expect((await sdk.memberships.list(id)).total).toBe(3)
  expect(await recorded(environment)).toEqual(before)

  await sdk.memberships.update(id, admin.userId, { role: 'owner' })
  await sdk.memberships.delete(id, owner.userId)
  expect(await rolesOf(environment, id)).not.toHaveProperty(owner.userId)
})

test('memberships.delete of both owners at once leaves one, in every one of ten races', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [ada, bob] = await Promise.all([sdk.users.create({}), sdk.users.create({})])
  for (let race = 0; race < 10; race++) {
    const { id } = await sdk.organizations.create({ name: 'Acme', slug: `acme-${race}`, createdBy: ada.id })
    await sdk.memberships.create(id, { userId: bob.id, role: 'owner' })
    const outcomes = await tally([sdk.memberships.delete(id, ada.id), sdk.memberships.delete(id, bob.id)])
    expect(outcomes).toEqual({ done: 1, last_owner: 1 })
    expect(Object.values(await rolesOf(environment, id))).toEqual(['owner'])
  }
})

test('memberships.delete of a member ten times at once removes and records it once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, member } = await foundCompany(environment)
  const outcomes = await tally(Array.from({ length: 10 }, () => sdk.memberships.delete(id, member.userId)))
  expect(outcomes).toEqual({ done: 1, membership_not_found: 9 })
  const deletions = (await recorded(environment)).filter(({ type }) => type === 'membership.deleted')
  expect(deletions).toHaveLength(1)
})

test('memberships.delete answers 404 for whoever is no member, and for an organization that is none here', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await foundCompany(environment)
  const other = await server.environment()
  const elsewhere = await foundCompany(other)
  for (const userId of ['bogus', unknownId, elsewhere.member.userId]) {
    await expect(sdk.memberships.delete(id, userId)).rejects.toMatchObject({
      status: 404,
      code: 'membership_not_found',
    })
  }
  for (const organizationId of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.memberships.delete(organizationId, elsewhere.member.userId)).rejects.toMatchObject({
      status: 404,
      code: 'organization_not_found',
    })
  }
  expect((await other.sdk.memberships.list(elsewhere.id)).total).toBe(3)
})
