import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, recorded, rolesOf, tally } from './company.fixture.js'

const server = testServer()

test('orgs.updateMember lets an owner give every role, and records who did it', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin, member } = await foundCompany(environment)
  const before = await recorded(environment)

  const promoted = await owner.patch(`${path}/members/${member.userId}`, { role: 'owner' })
  const demoted = await owner.patch(`${path}/members/${admin.userId}`, { role: 'member' })

  expect(promoted).toMatchObject({
    status: 200,
    body: { membership: { userId: member.userId, role: 'owner' } },
  })
  expect(demoted).toMatchObject({
    status: 200,
    body: { membership: { userId: admin.userId, role: 'member' } },
  })
  expect(await rolesOf(environment, id)).toEqual({
    [owner.userId]: 'owner',
    [admin.userId]: 'member',
    [member.userId]: 'owner',
  })
  const actor = { type: 'user', id: owner.userId }
  expect((await recorded(environment)).slice(before.length)).toMatchObject([
    { type: 'membership.updated', actor, data: promoted.body },
    { type: 'membership.updated', actor, data: demoted.body },
  ])
})

test('orgs.updateMember lets an admin deal with members and admins', async () => {
  const environment = await server.environment()
  const { path, admin, member } = await foundCompany(environment)
  const change = (role: string) => admin.patch(`${path}/members/${member.userId}`, { role })
  expect(await change('admin')).toMatchObject({ status: 200, body: { membership: { role: 'admin' } } })
  expect(await change('member')).toMatchObject({ status: 200, body: { membership: { role: 'member' } } })
})

test('orgs.updateMember lets nobody make anyone, or themselves, stronger than they are', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin, member } = await foundCompany(environment)
  const rolesBefore = await rolesOf(environment, id)
  const before = await recorded(environment)
  const attempts = [
    { what: 'a member makes itself admin', by: member, of: member, role: 'admin', needs: 'admin' },
    { what: 'a member makes itself owner', by: member, of: member, role: 'owner', needs: 'admin' },
    { what: 'a member confirms its own role', by: member, of: member, role: 'member', needs: 'admin' },
    { what: 'a member demotes an admin', by: member, of: admin, role: 'member', needs: 'admin' },
    { what: 'a member demotes the owner', by: member, of: owner, role: 'member', needs: 'admin' },
    { what: 'an admin makes itself owner', by: admin, of: admin, role: 'owner', needs: 'owner' },
    { what: 'an admin makes a member owner', by: admin, of: member, role: 'owner', needs: 'owner' },
    { what: 'an admin demotes the owner', by: admin, of: owner, role: 'member', needs: 'owner' },
    { what: 'an admin confirms the owner', by: admin, of: owner, role: 'owner', needs: 'owner' },
  ]
  for (const { what, by, of, role, needs } of attempts) {
    expect(await by.patch(`${path}/members/${of.userId}`, { role }), what).toMatchObject({
      status: 403,
      body: { code: 'role_required', detail: `This needs the role ${needs} in the organization.` },
    })
  }
  expect(await rolesOf(environment, id)).toEqual(rolesBefore)
  expect(await recorded(environment)).toEqual(before)
})

test('orgs.updateMember lets an owner step down only while there is another', async () => {
  const environment = await server.environment()
  const { path, owner, admin } = await foundCompany(environment)
  const stepDown = () => owner.patch(`${path}/members/${owner.userId}`, { role: 'member' })
  expect(await stepDown()).toMatchObject({ status: 409, body: { code: 'last_owner' } })
  await owner.patch(`${path}/members/${admin.userId}`, { role: 'owner' })
  expect(await stepDown()).toMatchObject({ status: 200, body: { membership: { role: 'member' } } })
  // The power went with the role.
  expect((await owner.patch(`${path}/members/${admin.userId}`, { role: 'member' })).status).toBe(403)
})

test('orgs.updateMember by two owners against each other, ten times each at once, leaves one', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin } = await foundCompany(environment)
  await owner.patch(`${path}/members/${admin.userId}`, { role: 'owner' })
  const before = await recorded(environment)

  const outcomes = await tally(
    Array.from({ length: 20 }, async (_, i) => {
      const [by, of] = i % 2 ? [owner, admin] : [admin, owner]
      const { status, body } = await by.patch(`${path}/members/${of.userId}`, { role: 'member' })
      if (status !== 200) throw body
    }),
  )

  // The first to arrive demotes the other, who from then on may change nobody; repeating it changes nothing.
  expect(outcomes).toEqual({ done: 10, role_required: 10 })
  expect(Object.values(await rolesOf(environment, id)).sort()).toEqual(['member', 'member', 'owner'])
  expect(await recorded(environment)).toHaveLength(before.length + 1)
})

test('orgs.updateMember answers 404 for whoever is no member', async () => {
  const environment = await server.environment()
  const { path, owner } = await foundCompany(environment)
  const stranger = await environment.signedUp()
  for (const userId of ['bogus', stranger.userId]) {
    expect(await owner.patch(`${path}/members/${userId}`, { role: 'admin' })).toMatchObject({
      status: 404,
      body: { code: 'membership_not_found' },
    })
  }
})

test('orgs.updateMember refuses a role that there is not', async () => {
  const environment = await server.environment()
  const { path, owner, member } = await foundCompany(environment)
  expect(await owner.patch(`${path}/members/${member.userId}`, { role: 'king' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request' },
  })
})
