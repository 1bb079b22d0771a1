import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, overtaken, recorded, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('memberships.create makes a user a member, in the role member unless another is named', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await sdk.users.create({ email: 'ada@example.com', username: 'ada' })
  const bob = await sdk.users.create({})

  const membership = await sdk.memberships.create(id, { userId: ada.id })
  expect(membership).toEqual({
    organizationId: id,
    userId: ada.id,
    role: 'member',
    email: 'ada@example.com',
    username: 'ada',
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: membership.createdAt,
  })
  const owner = await sdk.memberships.create(id, { userId: bob.id, role: 'owner' })
  expect(owner).toMatchObject({ role: 'owner', email: null, username: null })

  expect(await sdk.memberships.list(id)).toMatchObject({ memberships: [owner, membership], total: 2 })
  expect((await recorded(environment)).slice(1)).toMatchObject([
    { type: 'membership.created', actor: { type: 'secret_key' }, data: { membership } },
    { type: 'membership.created', data: { membership: owner } },
  ])
})

test('memberships.create answers 404 for a user that is none here, and adds nobody', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const elsewhere = await (await server.environment()).sdk.users.create({})
  for (const userId of ['nope', unknownId, elsewhere.id]) {
    await expect(sdk.memberships.create(id, { userId })).rejects.toMatchObject({
      status: 404,
      code: 'user_not_found',
    })
  }
  expect((await sdk.memberships.list(id)).total).toBe(0)
  expect(await recorded(environment)).toHaveLength(1)
})

test('memberships.create answers 404 for an organization that is none here, and adds nobody', async () => {
  const { sdk } = await server.environment()
  const other = await server.environment()
  const { id: userId } = await sdk.users.create({})
  const elsewhere = await other.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (const id of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.memberships.create(id, { userId })).rejects.toMatchObject({
      status: 404,
      code: 'organization_not_found',
    })
  }
  expect((await other.sdk.memberships.list(elsewhere.id)).total).toBe(0)
})

test('memberships.create answers 404 when the user is deleted at that moment', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await sdk.users.create({})

  const joining = overtaken(server, [['delete from users where id = $1', ada.id]], () =>
    sdk.memberships.create(id, { userId: ada.id }),
  )

  await expect(joining).rejects.toMatchObject({ status: 404, code: 'user_not_found' })
  expect(await recorded(environment)).toHaveLength(1)
})

test('memberships.create refuses a second membership, whatever the role, and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id, member } = await foundCompany(environment)
  const before = await recorded(environment)
  for (const role of ['member', 'owner'] as const) {
    await expect(sdk.memberships.create(id, { userId: member.userId, role })).rejects.toMatchObject({
      status: 409,
      code: 'already_member',
    })
  }
  expect((await sdk.memberships.list(id, { role: 'member' })).total).toBe(1)
  expect(await recorded(environment)).toEqual(before)
})

test('memberships.create of the same user 20 times at once adds it once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await sdk.users.create({})

  const outcomes = await tally(
    Array.from({ length: 20 }, () => sdk.memberships.create(id, { userId: ada.id })),
  )

  expect(outcomes).toEqual({ done: 1, already_member: 19 })
  expect((await sdk.memberships.list(id)).total).toBe(1)
  expect((await recorded(environment)).map(({ type }) => type)).toEqual([
    'organization.created',
    'membership.created',
  ])
})

test('memberships.create refuses a role that there is not', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await sdk.users.create({})
  for (const role of ['superuser', 'Owner', '']) {
    await expect(sdk.memberships.create(id, { userId: ada.id, role: role as never })).rejects.toMatchObject({
      status: 400,
      errors: [expect.objectContaining({ pointer: '/role' })],
    })
  }
  expect((await sdk.memberships.list(id)).total).toBe(0)
})

test('memberships.create refuses the member above the limit, and counts pending invitations', async () => {
  const environment = await server.environment({ settings: { membersPerOrganizationMax: 3 } })
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const [ada, bob, cid] = await Promise.all([
    sdk.users.create({}),
    sdk.users.create({}),
    sdk.users.create({}),
  ])
  await sdk.memberships.create(id, { userId: ada.id })
  await sdk.memberships.create(id, { userId: bob.id })
  const invitation = await sdk.invitations.create({ email: 'new@example.com', orgId: id })
  const before = await recorded(environment)

  await expect(sdk.memberships.create(id, { userId: cid.id })).rejects.toMatchObject({
    status: 403,
    code: 'member_limit_reached',
    detail: expect.stringContaining('has 3 members and pending invitations'),
  })
  // Whoever is a member already is told that, and not that there is no room.
  await expect(sdk.memberships.create(id, { userId: ada.id })).rejects.toMatchObject({
    code: 'already_member',
  })
  expect(await recorded(environment)).toEqual(before)

  await sdk.invitations.revoke(invitation.id)
  await expect(sdk.memberships.create(id, { userId: cid.id })).resolves.toMatchObject({ userId: cid.id })
})

test('memberships.create takes the seat that a removed member or an expired invitation leaves', async () => {
  const { sdk } = await server.environment({ settings: { membersPerOrganizationMax: 2 } })
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const [ada, bob, cid] = await Promise.all([
    sdk.users.create({}),
    sdk.users.create({}),
    sdk.users.create({}),
  ])
  await sdk.memberships.create(id, { userId: ada.id })
  await sdk.invitations.create({ email: 'new@example.com', orgId: id })
  const full = { status: 403, code: 'member_limit_reached' }

  server.clock.advance({ days: 6, hours: 23 })
  await expect(sdk.memberships.create(id, { userId: bob.id })).rejects.toMatchObject(full)
  server.clock.advance({ hours: 1 })
  await sdk.memberships.create(id, { userId: bob.id })

  await expect(sdk.memberships.create(id, { userId: cid.id })).rejects.toMatchObject(full)
  await sdk.memberships.delete(id, ada.id)
  await expect(sdk.memberships.create(id, { userId: cid.id })).resolves.toMatchObject({ userId: cid.id })
})

test('memberships.create never exceeds the limit, however many members and invitations come at once', async () => {
  const environment = await server.environment({ settings: { membersPerOrganizationMax: 3 } })
  const { sdk } = environment
  const { id } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const users = await Promise.all(Array.from({ length: 10 }, () => sdk.users.create({})))

  const outcomes = await tally([
    ...users.map(({ id: userId }) => sdk.memberships.create(id, { userId })),
    ...users.map((_, i) => sdk.invitations.create({ email: `new-${i}@example.com`, orgId: id })),
  ])

  expect(outcomes).toEqual({ done: 3, member_limit_reached: 17 })
  const [members, pending] = await Promise.all([
    sdk.memberships.list(id),
    sdk.invitations.list({ orgId: id, status: 'pending' }),
  ])
  expect(members.total + pending.total).toBe(3)
})

test('memberships.create has no limit where the environment sets none, and limits organizations apart', async () => {
  const [unlimited, limited] = await Promise.all([
    server.environment(),
    server.environment({ settings: { membersPerOrganizationMax: 1 } }),
  ])
  const { id } = await unlimited.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (let i = 0; i < 5; i++) {
    await unlimited.sdk.memberships.create(id, { userId: (await unlimited.sdk.users.create({})).id })
  }
  expect((await unlimited.sdk.memberships.list(id)).total).toBe(5)

  const ada = await limited.sdk.users.create({})
  for (const slug of ['acme', 'globex']) {
    const organization = await limited.sdk.organizations.create({ name: slug, slug })
    await limited.sdk.memberships.create(organization.id, { userId: ada.id })
  }
})
