import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, overtaken, recorded, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'
const unknown = { status: 404, code: 'invitation_not_found', detail: 'Invitation not found' }
const email = 'new@example.com'

test('invitations.revoke stops the token at once and is recorded; again it is no mistake and no event', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await environment.signedUp()
  const { id, token } = await sdk.invitations.create({ email: ada.email, orgId })

  await sdk.invitations.revoke(id)
  const revoked = await sdk.invitations.get(id)
  expect(revoked).toMatchObject({ status: 'revoked', revokedAt: expect.stringMatching(/Z$/) })
  server.clock.advance({ minutes: 1 })
  await sdk.invitations.revoke(id)

  expect(await sdk.invitations.get(id)).toEqual(revoked)
  await ada.post('/v1/auth/sessions/refresh')
  expect(await ada.post('/v1/orgs/invitations/accept', { token })).toMatchObject({
    status: 410,
    body: { code: 'invitation_revoked' },
  })
  expect((await sdk.memberships.list(orgId)).total).toBe(0)
  expect(await recorded(environment)).toMatchObject([
    { type: 'invitation.created' },
    { type: 'invitation.revoked', actor: { type: 'secret_key' }, data: { invitation: revoked } },
  ])
})

test('invitations.revoke ten times at once succeeds and is recorded once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const { id } = await sdk.invitations.create({ email, orgId })
  const outcomes = await tally(Array.from({ length: 10 }, () => sdk.invitations.revoke(id)))
  expect(outcomes).toEqual({ done: 10 })
  expect((await recorded(environment)).map(({ type }) => type)).toEqual([
    'invitation.created',
    'invitation.revoked',
  ])
})

test('invitations.revoke closes an expired invitation, too', async () => {
  const { sdk } = await server.environment()
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const { id } = await sdk.invitations.create({ email, orgId })
  server.clock.advance({ days: 7 })
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'expired' })
  await sdk.invitations.revoke(id)
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'revoked' })
})

test('invitations.revoke refuses one that was accepted, and leaves the member', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await environment.signedUp()
  const { id, token } = await sdk.invitations.create({ email: ada.email, orgId })
  await ada.post('/v1/orgs/invitations/accept', { token })
  const before = await recorded(environment)

  await expect(sdk.invitations.revoke(id)).rejects.toMatchObject({
    status: 409,
    code: 'invitation_already_used',
  })

  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'accepted', revokedAt: null })
  expect((await sdk.memberships.list(orgId)).total).toBe(1)
  expect(await recorded(environment)).toEqual(before)
})

test('invitations.revoke refuses one that is accepted at that moment', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const { id } = await sdk.invitations.create({ email, orgId })
  const acceptance = [
    ['select from organizations where id = $1 for update', orgId],
    ['update invitations set accepted_at = now() where id = $1', id],
  ] as const

  const revocation = overtaken(server, acceptance, () => sdk.invitations.revoke(id))

  await expect(revocation).rejects.toMatchObject({ status: 409, code: 'invitation_already_used' })
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'accepted' })
})

test('invitations.revoke answers 404 for every id that is no invitation of the environment', async () => {
  const { sdk } = await server.environment()
  const other = await server.environment()
  const { id: orgId } = await other.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const elsewhere = await other.sdk.invitations.create({ email, orgId })
  for (const id of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.invitations.revoke(id)).rejects.toMatchObject(unknown)
  }
  expect(await other.sdk.invitations.get(elsewhere.id)).toMatchObject({ status: 'pending' })
})

test('invitations.revoke answers 404 when the organization is deleted at that moment', async () => {
  const { sdk } = await server.environment()
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const { id } = await sdk.invitations.create({ email, orgId })
  const revocation = overtaken(server, [['delete from organizations where id = $1', orgId]], () =>
    sdk.invitations.revoke(id),
  )
  await expect(revocation).rejects.toMatchObject(unknown)
})

test('orgs.revokeInvitation is for owner and admin, and recorded by whom', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId, path, owner, admin, member } = await foundCompany(environment)
  const first = await sdk.invitations.create({ email: 'first@example.com', orgId })
  const second = await sdk.invitations.create({ email: 'second@example.com', orgId })
  const before = await recorded(environment)

  expect(await member.delete(`${path}/invitations/${first.id}`)).toMatchObject({
    status: 403,
    body: { code: 'role_required' },
  })
  expect(await admin.delete(`${path}/invitations/${first.id}`)).toMatchObject({
    status: 200,
    body: { ok: true },
  })
  expect((await owner.delete(`${path}/invitations/${second.id}`)).status).toBe(200)
  expect((await owner.delete(`${path}/invitations/${first.id}`)).status).toBe(200)

  expect((await sdk.invitations.list({ status: 'revoked' })).total).toBe(2)
  expect((await recorded(environment)).slice(before.length)).toMatchObject([
    { type: 'invitation.revoked', actor: { type: 'user', id: admin.userId } },
    { type: 'invitation.revoked', actor: { type: 'user', id: owner.userId } },
  ])
})

test('orgs.revokeInvitation answers 404 for the invitation of another organization', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { path, owner } = await foundCompany(environment)
  const globex = await foundCompany(environment, 'globex')
  const foreign = await sdk.invitations.create({ email, orgId: globex.id })
  for (const id of [foreign.id, unknownId, 'bogus']) {
    expect(await owner.delete(`${path}/invitations/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'invitation_not_found' },
    })
  }
  expect(await sdk.invitations.get(foreign.id)).toMatchObject({ status: 'pending' })
})
