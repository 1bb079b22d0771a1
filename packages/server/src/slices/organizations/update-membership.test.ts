import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, recorded, rolesOf, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('memberships.update gives a member another role at once and records it', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, path, member } = await foundCompany(environment)
  const before = await recorded(environment)
  expect((await member.patch(path, { name: 'Renamed' })).status).toBe(403)

  const membership = await sdk.memberships.update(id, member.userId, { role: 'admin' })

  expect(membership).toMatchObject({ organizationId: id, userId: member.userId, role: 'admin' })
  expect((await member.patch(path, { name: 'Renamed' })).status).toBe(200)
  expect((await recorded(environment))[before.length]).toMatchObject({
    type: 'membership.updated',
    actor: { type: 'secret_key' },
    data: { membership },
  })
})

test('memberships.update to the role that the member has changes nothing and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, owner } = await foundCompany(environment)
  const before = await recorded(environment)
  server.clock.advance({ minutes: 1 })

  const membership = await sdk.memberships.update(id, owner.userId, { role: 'owner' })

  expect(membership.updatedAt).toBe(membership.createdAt)
  expect(await recorded(environment)).toEqual(before)
})

test('memberships.update refuses to leave an organization without an owner, and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, owner, admin } = await foundCompany(environment)
  const before = await recorded(environment)
  for (const role of ['admin', 'member'] as const) {
    await expect(sdk.memberships.update(id, owner.userId, { role })).rejects.toMatchObject({
      status: 409,
      code: 'last_owner',
    })
  }
  expect(await rolesOf(environment, id)).toMatchObject({ [owner.userId]: 'owner' })
  expect(await recorded(environment)).toEqual(before)

  await sdk.memberships.update(id, admin.userId, { role: 'owner' })
  await expect(sdk.memberships.update(id, owner.userId, { role: 'member' })).resolves.toMatchObject({
    role: 'member',
  })
})

test('memberships.update of two owners 20 times at once leaves one of them an owner', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, owner, admin } = await foundCompany(environment)
  await sdk.memberships.update(id, admin.userId, { role: 'owner' })
  const before = await recorded(environment)

  const outcomes = await tally(
    Array.from({ length: 20 }, (_, i) =>
      sdk.memberships.update(id, (i % 2 ? owner : admin).userId, { role: 'member' }),
    ),
  )

  // One is demoted, and the nine repetitions of that change nothing; the other stays.
  expect(outcomes).toEqual({ done: 10, last_owner: 10 })
  const roles = await rolesOf(environment, id)
  expect([roles[owner.userId], roles[admin.userId]].sort()).toEqual(['member', 'owner'])
  expect(await recorded(environment)).toHaveLength(before.length + 1)
})

test('memberships.update answers 404 for whoever is no member, and for an organization that is none here', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await foundCompany(environment)
  const outsider = await sdk.users.create({})
  const other = await server.environment()
  const elsewhere = await foundCompany(other)
  for (const userId of ['bogus', unknownId, outsider.id, elsewhere.member.userId]) {
    await expect(sdk.memberships.update(id, userId, { role: 'admin' })).rejects.toMatchObject({
      status: 404,
      code: 'membership_not_found',
    })
  }
  for (const organizationId of ['bogus', unknownId, elsewhere.id]) {
    await expect(
      sdk.memberships.update(organizationId, elsewhere.member.userId, { role: 'owner' }),
    ).rejects.toMatchObject({ status: 404, code: 'organization_not_found' })
  }
  expect(await rolesOf(other, elsewhere.id)).toMatchObject({ [elsewhere.member.userId]: 'member' })
})

test('memberships.update refuses a role that there is not', async () => {
  const environment = await server.environment()
  const { id, member } = await foundCompany(environment)
  for (const role of ['superuser', null, undefined]) {
    await expect(
      environment.sdk.memberships.update(id, member.userId, { role: role as never }),
    ).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
  }
})
