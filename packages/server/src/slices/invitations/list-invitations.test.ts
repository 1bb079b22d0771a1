import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('invitations.list answers every status as it is now, newest first, with exact totals', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const expired = await sdk.invitations.create({ email: 'expired@example.com', orgId })
  server.clock.advance({ days: 7 })
  const ada = await environment.signedUp()
  const accepted = await sdk.invitations.create({ email: ada.email, orgId })
  await ada.post('/v1/orgs/invitations/accept', { token: accepted.token })
  const revoked = await sdk.invitations.create({ email: 'revoked@example.com', orgId })
  await sdk.invitations.revoke(revoked.id)
  const pending = await sdk.invitations.create({ email: 'pending@example.com', orgId })

  const { invitations, total } = await sdk.invitations.list()
  expect(total).toBe(4)
  expect(invitations).toMatchObject([
    { id: pending.id, status: 'pending', acceptedAt: null, revokedAt: null },
    { id: revoked.id, status: 'revoked', acceptedAt: null, revokedAt: expect.stringMatching(/Z$/) },
    { id: accepted.id, status: 'accepted', acceptedAt: expect.stringMatching(/Z$/), revokedAt: null },
    { id: expired.id, status: 'expired', acceptedAt: null, revokedAt: null },
  ])
  for (const invitation of invitations) {
    expect(await sdk.invitations.get(invitation.id)).toEqual(invitation)
    expect(await sdk.invitations.list({ status: invitation.status })).toMatchObject({
      total: 1,
      invitations: [invitation],
    })
  }
})

test('invitations.list filters by organization and by address without case, each with its total', async () => {
  const { sdk } = await server.environment()
  const acme = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const globex = await sdk.organizations.create({ name: 'Globex', slug: 'globex' })
  for (const orgId of [acme.id, globex.id]) {
    for (const name of ['ada', 'bob']) await sdk.invitations.create({ email: `${name}@example.com`, orgId })
  }
  const found = async (query: { orgId?: string; email?: string; limit?: number }) => {
    const { invitations, total } = await sdk.invitations.list(query)
    return { total, found: invitations.map(({ orgId, email }) => [orgId, email]) }
  }

  expect(await found({ orgId: acme.id, limit: 1 })).toEqual({
    total: 2,
    found: [[acme.id, 'bob@example.com']],
  })
  expect(await found({ email: 'ADA@example.COM' })).toEqual({
    total: 2,
    found: [
      [globex.id, 'ada@example.com'],
      [acme.id, 'ada@example.com'],
    ],
  })
  expect(await found({ orgId: globex.id, email: 'bob@example.com' })).toEqual({
    total: 1,
    found: [[globex.id, 'bob@example.com']],
  })
  expect(await found({ email: 'ada' })).toEqual({ total: 0, found: [] })
  expect(await found({ orgId: unknownId })).toEqual({ total: 0, found: [] })
  expect(await found({ orgId: 'bogus' })).toEqual({ total: 0, found: [] })
})

test('invitations.list walks by cursor over every invitation once', async () => {
  const { sdk } = await server.environment()
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (let i = 0; i < 5; i++) await sdk.invitations.create({ email: `new-${i}@example.com`, orgId })
  const walked = []
  for await (const { email } of sdk.invitations.list({ limit: 2, orgId })) walked.push(email)
  expect(walked).toEqual([4, 3, 2, 1, 0].map((i) => `new-${i}@example.com`))
})

test('invitations.list refuses a status that there is not', async () => {
  const { sdk } = await server.environment()
  await expect(sdk.invitations.list({ status: 'lost' as never })).rejects.toMatchObject({ status: 400 })
})

test('invitations.list and get show nothing of another environment', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const { id: orgId } = await one.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const { id } = await one.sdk.invitations.create({ email: 'new@example.com', orgId })
  for (const query of [{}, { orgId }, { email: 'new@example.com' }, { status: 'pending' as const }]) {
    expect(await other.sdk.invitations.list(query)).toMatchObject({ invitations: [], total: 0 })
  }
  for (const invitationId of [id, unknownId, 'bogus']) {
    await expect(other.sdk.invitations.get(invitationId)).rejects.toMatchObject({
      status: 404,
      code: 'invitation_not_found',
      detail: 'Invitation not found',
    })
  }
})

test('orgs.listInvitations is for owner and admin, and shows only this organization', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId, path, owner, admin, member } = await foundCompany(environment)
  const globex = await foundCompany(environment, 'globex')
  const first = await sdk.invitations.create({ email: 'first@example.com', orgId })
  const second = await sdk.invitations.create({ email: 'second@example.com', orgId })
  await sdk.invitations.create({ email: 'third@example.com', orgId: globex.id })
  await sdk.invitations.revoke(first.id)

  for (const person of [owner, admin]) {
    const { status, body } = await person.get(`${path}/invitations?limit=1`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 2, invitations: [{ id: second.id }] })
    const next = await person.get(`${path}/invitations?limit=1&after=${body.nextCursor}`)
    expect(next.body).toMatchObject({ total: 2, invitations: [{ id: first.id }], nextCursor: null })
    const revoked = await person.get(`${path}/invitations?status=revoked`)
    expect(revoked.body).toMatchObject({ total: 1, invitations: [{ id: first.id }] })
  }
  expect(await member.get(`${path}/invitations`)).toMatchObject({
    status: 403,
    body: { code: 'role_required' },
  })
})
