import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('memberships.list and orgs.listMembers answer the same members, newest first, with exact totals', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, path, owner, admin, member } = await foundCompany(environment)
  await foundCompany(environment, 'globex')

  const page = await sdk.memberships.list(id, { limit: 2 })
  expect(page).toMatchObject({ total: 3, limit: 2, hasMore: true })
  expect(page.memberships).toMatchObject([
    { organizationId: id, userId: member.userId, role: 'member', email: member.email },
    { organizationId: id, userId: admin.userId, role: 'admin', email: admin.email },
  ])
  const last = await page.nextPage()
  expect(last).toMatchObject({ total: 3, nextCursor: null })
  expect(last?.memberships.map(({ userId }) => userId)).toEqual([owner.userId])

  const seen = await member.get(`${path}/members?limit=2`)
  expect(seen.body).toMatchObject({ memberships: page.memberships, total: 3, nextCursor: page.nextCursor })
  const rest = await member.get(`${path}/members?limit=2&after=${seen.body.nextCursor}`)
  expect(rest.body.memberships).toEqual(last?.memberships)
})

test('memberships.list and orgs.listMembers filter by role and count what the filter matches', async () => {
  const environment = await server.environment()
  const { id, path, admin, member } = await foundCompany(environment)
  expect(await environment.sdk.memberships.list(id, { role: 'admin' })).toMatchObject({
    total: 1,
    memberships: [{ userId: admin.userId }],
  })
  const { body } = await member.get(`${path}/members?role=admin`)
  expect(body).toMatchObject({ total: 1, memberships: [{ userId: admin.userId }] })
  expect((await member.get(`${path}/members?role=king`)).status).toBe(400)
})

test('memberships.list answers 404 for every id that is no organization of the environment', async () => {
  const { sdk } = await server.environment()
  const elsewhere = await foundCompany(await server.environment())
  for (const id of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.memberships.list(id)).rejects.toMatchObject({
      status: 404,
      code: 'organization_not_found',
    })
  }
})

test('memberships.list forgets a user that is deleted', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, member } = await foundCompany(environment)
  await sdk.users.delete(member.userId)
  const { total, memberships } = await sdk.memberships.list(id)
  expect(total).toBe(2)
  expect(memberships.map(({ userId }) => userId)).not.toContain(member.userId)
})
