import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, recorded, rolesOf, tally } from './company.fixture.js'

const server = testServer()

test('orgs.removeMember lets everyone leave, whatever the role, and records it', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin, member } = await foundCompany(environment)
  const before = await recorded(environment)
  for (const person of [member, admin]) {
    expect(await person.delete(`${path}/members/${person.userId}`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect((await person.get(path)).status).toBe(404)
    expect((await person.get('/v1/orgs')).body.total).toBe(0)
  }
  expect(await rolesOf(environment, id)).toEqual({ [owner.userId]: 'owner' })
  expect((await recorded(environment)).slice(before.length)).toMatchObject([
    { type: 'membership.deleted', actor: { type: 'user', id: member.userId } },
    { type: 'membership.deleted', actor: { type: 'user', id: admin.userId } },
  ])
})

test('orgs.removeMember lets an owner leave only while there is another', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin } = await foundCompany(environment)
  const leave = () => owner.delete(`${path}/members/${owner.userId}`)
  expect(await leave()).toMatchObject({ status: 409, body: { code: 'last_owner' } })
  expect((await owner.get(path)).status).toBe(200)
  await environment.sdk.memberships.update(id, admin.userId, { role: 'owner' })
  expect((await leave()).status).toBe(200)
})

test('orgs.removeMember lets an admin remove members and admins, and an owner anyone', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, path, owner, admin, member } = await foundCompany(environment)
  const [deputy, partner] = await Promise.all([environment.signedUp(), environment.signedUp()])
  await sdk.memberships.create(id, { userId: deputy.userId, role: 'admin' })
  await sdk.memberships.create(id, { userId: partner.userId, role: 'owner' })

  expect((await admin.delete(`${path}/members/${member.userId}`)).status).toBe(200)
  expect((await admin.delete(`${path}/members/${deputy.userId}`)).status).toBe(200)
  expect((await owner.delete(`${path}/members/${partner.userId}`)).status).toBe(200)
  expect((await owner.delete(`${path}/members/${admin.userId}`)).status).toBe(200)

  expect(await rolesOf(environment, id)).toEqual({ [owner.userId]: 'owner' })
})

test('orgs.removeMember lets nobody remove someone stronger, and a member nobody', async () => {
  const environment = await server.environment()
  const { id, path, owner, admin, member } = await foundCompany(environment)
  const peer = await environment.signedUp()
  await environment.sdk.memberships.create(id, { userId: peer.userId })
  const before = await recorded(environment)
  const attempts = [
    { by: member, of: owner },
    { by: member, of: admin },
    { by: member, of: peer },
    { by: admin, of: owner },
  ]
  for (const { by, of } of attempts) {
    expect(await by.delete(`${path}/members/${of.userId}`)).toMatchObject({
      status: 403,
      body: { code: 'role_required' },
    })
  }
  expect((await environment.sdk.memberships.list(id)).total).toBe(4)
  expect(await recorded(environment)).toEqual(before)
})

test('orgs.removeMember by two owners of each other at once leaves one, in every one of ten races', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [ada, bob] = await Promise.all([environment.signedUp(), environment.signedUp()])
  for (let race = 0; race < 10; race++) {
    const { id } = await sdk.organizations.create({
      name: 'Acme',
      slug: `acme-${race}`,
      createdBy: ada.userId,
    })
    await sdk.memberships.create(id, { userId: bob.userId, role: 'owner' })
    const remove = async (by: typeof ada, of: typeof ada) => {
      const { status, body } = await by.delete(`/v1/orgs/${id}/members/${of.userId}`)
      if (status !== 200) throw body
    }

    const outcomes = await tally([remove(ada, bob), remove(bob, ada)])

    // Whoever comes second is no member any more, and so sees no such organization.
    expect(outcomes).toEqual({ done: 1, organization_not_found: 1 })
    expect(Object.values(await rolesOf(environment, id))).toEqual(['owner'])
  }
})

test('orgs.removeMember lets of two owners who leave at once one go, in every one of ten races', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const [ada, bob] = await Promise.all([environment.signedUp(), environment.signedUp()])
  for (let race = 0; race < 10; race++) {
    const { id } = await sdk.organizations.create({
      name: 'Acme',
      slug: `acme-${race}`,
      createdBy: ada.userId,
    })
    await sdk.memberships.create(id, { userId: bob.userId, role: 'owner' })
    const outcomes = await tally(
      [ada, bob].map(async (person) => {
        const { status, body } = await person.delete(`/v1/orgs/${id}/members/${person.userId}`)
        if (status !== 200) throw body
      }),
    )
    expect(outcomes).toEqual({ done: 1, last_owner: 1 })
    expect(Object.values(await rolesOf(environment, id))).toEqual(['owner'])
  }
})

test('orgs.removeMember answers 404 for whoever is no member', async () => {
  const environment = await server.environment()
  const { path, owner } = await foundCompany(environment)
  const stranger = await environment.signedUp()
  for (const userId of ['bogus', stranger.userId]) {
    expect(await owner.delete(`${path}/members/${userId}`)).toMatchObject({
      status: 404,
      body: { code: 'membership_not_found' },
    })
  }
})
