import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, overtaken, type Person, recorded, succeed, tally } from './company.fixture.js'

const server = testServer()
const acceptPath = '/v1/orgs/invitations/accept'

/** An organization of the backend, and someone who is invited to it. */
async function invited(options: { role?: 'owner' | 'admin' | 'member'; membersMax?: number } = {}) {
  const { role, membersMax: membersPerOrganizationMax = null } = options
  const environment = await server.environment({ settings: { membersPerOrganizationMax } })
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await environment.signedUp()
  const { id, token } = await sdk.invitations.create({ email: ada.email, orgId, ...(role && { role }) })
  return { environment, sdk, orgId, ada, id, token }
}

const accept = (person: Person, token: string) => person.post(acceptPath, { token })

test('orgs.acceptInvitation makes the invited user a member in the invited role, and records it', async () => {
  const { environment, sdk, orgId, ada, id, token } = await invited({ role: 'admin' })

  const { status, body } = await accept(ada, token)

  expect(status).toBe(200)
  expect(body.organization).toMatchObject({ id: orgId, name: 'Acme', slug: 'acme', role: 'admin' })
  expect(body.organization).not.toHaveProperty('privateMetadata')
  expect(body.membership).toMatchObject({ organizationId: orgId, userId: ada.userId, role: 'admin' })
  expect((await sdk.memberships.list(orgId)).memberships).toEqual([body.membership])
  const invitation = await sdk.invitations.get(id)
  expect(invitation).toMatchObject({ status: 'accepted', acceptedAt: expect.stringMatching(/Z$/) })
  expect((await ada.get(`/v1/orgs/${orgId}`)).status).toBe(200)
  const actor = { type: 'user', id: ada.userId }
  expect(await recorded(environment)).toMatchObject([
    { type: 'invitation.created' },
    { type: 'membership.created', actor, data: { membership: body.membership } },
    { type: 'invitation.accepted', actor, data: { invitation, membership: body.membership } },
  ])
})

test('orgs.acceptInvitation takes the address of the user without regard to case', async () => {
  const { sdk, orgId, environment } = await invited()
  const bob = await environment.signedUp('Bob.Case@Example.com')
  const { token } = await sdk.invitations.create({ email: 'bob.CASE@example.com', orgId })
  expect((await accept(bob, token)).status).toBe(200)
})

test('orgs.acceptInvitation of one token a second time is 409 and changes nothing', async () => {
  const { environment, sdk, orgId, ada, token } = await invited()
  await accept(ada, token)
  const before = await recorded(environment)
  expect(await accept(ada, token)).toMatchObject({ status: 409, body: { code: 'invitation_already_used' } })
  await sdk.memberships.delete(orgId, ada.userId)
  // Nor does a used invitation bring someone back who was removed.
  expect(await accept(ada, token)).toMatchObject({ status: 409, body: { code: 'invitation_already_used' } })
  expect((await sdk.memberships.list(orgId)).total).toBe(0)
  expect(await recorded(environment)).toHaveLength(before.length + 1)
})

test('orgs.acceptInvitation of one token 100 times at once accepts it exactly once', async () => {
  const { environment, sdk, orgId, ada, id, token } = await invited()

  const outcomes = await tally(Array.from({ length: 100 }, () => succeed(accept(ada, token))))

  expect(outcomes).toEqual({ done: 1, invitation_already_used: 99 })
  expect((await sdk.memberships.list(orgId)).memberships).toMatchObject([{ userId: ada.userId }])
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'accepted' })
  expect((await recorded(environment)).map(({ type }) => type)).toEqual([
    'invitation.created',
    'membership.created',
    'invitation.accepted',
  ])
})

test('orgs.acceptInvitation with an idempotency key answers a repetition as the first time', async () => {
  const { environment, ada, token } = await invited()
  const again = () => ada.post(acceptPath, { token }, { 'idempotency-key': 'accept-1' })
  const first = await again()
  const second = await again()
  expect(second.status).toBe(200)
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(await recorded(environment)).toHaveLength(3)
})

test('orgs.acceptInvitation by the account of another address is 403, and the token stays good', async () => {
  const { environment, sdk, orgId, ada, token } = await invited()
  const [name, host] = ada.email.split('@')
  const eve = await environment.signedUp()
  const alike = await environment.signedUp(`${name}+1@${host}`)
  for (const person of [eve, alike]) {
    expect(await accept(person, token)).toMatchObject({
      status: 403,
      body: { code: 'invitation_for_another_address' },
    })
  }
  expect((await sdk.memberships.list(orgId)).total).toBe(0)
  expect(await recorded(environment)).toHaveLength(1)
  expect((await accept(ada, token)).status).toBe(200)
})

test('orgs.acceptInvitation does not tell the account of another address what became of it', async () => {
  const { environment, sdk, orgId, ada, token } = await invited()
  const eve = await environment.signedUp()
  const ended = await sdk.invitations.create({ email: 'gone@example.com', orgId })
  await sdk.invitations.revoke(ended.id)
  await accept(ada, token)
  for (const taken of [token, ended.token]) {
    expect(await accept(eve, taken)).toMatchObject({
      status: 403,
      body: { code: 'invitation_for_another_address' },
    })
  }
})

test('orgs.acceptInvitation works to the end of the seventh day and is 410 afterwards', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const early = await sdk.invitations.create({ email: 'early@example.com', orgId })
  const late = await sdk.invitations.create({ email: 'late@example.com', orgId })

  server.clock.advance({ days: 6, hours: 23, minutes: 59 })
  expect((await accept(await environment.signedUp('early@example.com'), early.token)).status).toBe(200)
  server.clock.advance({ minutes: 1 })
  expect(await accept(await environment.signedUp('late@example.com'), late.token)).toMatchObject({
    status: 410,
    body: { code: 'invitation_expired' },
  })

  expect(await sdk.invitations.get(late.id)).toMatchObject({ status: 'expired', acceptedAt: null })
  expect((await sdk.memberships.list(orgId)).total).toBe(1)
  expect((await recorded(environment)).slice(-1)).toMatchObject([{ type: 'invitation.accepted' }])
})

test('orgs.acceptInvitation of a revoked invitation is 410, also when that happens at that moment', async () => {
  const { environment, sdk, orgId, ada, id, token } = await invited()
  const revocation = [
    ['select from organizations where id = $1 for update', orgId],
    ['update invitations set revoked_at = now() where id = $1', id],
  ] as const
  const revoked = { status: 410, body: { code: 'invitation_revoked' } }
  expect(await overtaken(server, revocation, () => accept(ada, token))).toMatchObject(revoked)
  expect(await accept(ada, token)).toMatchObject(revoked)
  expect((await sdk.memberships.list(orgId)).total).toBe(0)
  expect(await recorded(environment)).toHaveLength(1)
})

test('orgs.acceptInvitation and invitations.revoke end in one consistent state in 50 races', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await environment.signedUp()
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (let race = 0; race < 50; race++) {
    const { id, token } = await sdk.invitations.create({ email: ada.email, orgId })
    const before = await recorded(environment)
    const acceptance = () => succeed(accept(ada, token))
    const revocation = () => sdk.invitations.revoke(id)
    // Either may be sent first, so that either may win.
    const [first, second] = race % 2 ? [acceptance, revocation] : [revocation, acceptance]

    const outcomes = await tally([first(), second()])

    const { status } = await sdk.invitations.get(id)
    const isAccepted = status === 'accepted'
    expect(status).toBe(isAccepted ? 'accepted' : 'revoked')
    expect(outcomes).toEqual({ done: 1, [isAccepted ? 'invitation_already_used' : 'invitation_revoked']: 1 })
    expect((await sdk.memberships.list(orgId)).total).toBe(isAccepted ? 1 : 0)
    expect((await recorded(environment)).slice(before.length).map(({ type }) => type)).toEqual(
      isAccepted ? ['membership.created', 'invitation.accepted'] : ['invitation.revoked'],
    )
    if (isAccepted) await sdk.memberships.delete(orgId, ada.userId)
  }
})

test('orgs.acceptInvitation answers 404 for every text that is no token of the environment', async () => {
  const { environment, ada, token } = await invited()
  const elsewhere = await (await server.environment()).signedUp(ada.email)
  const typo = token.slice(0, -1) + (token.endsWith('a') ? 'b' : 'a')
  const unknown = { status: 404, body: { code: 'invitation_not_found', detail: 'Invitation not found' } }
  for (const text of [
    'x',
    'inv_',
    typo,
    token.toLowerCase(),
    ` ${token}`,
    "' or true --",
    'inv_'.padEnd(53, '0'),
  ]) {
    expect(await accept(ada, text), text).toMatchObject(unknown)
  }
  // A token that was made by this server, and that nobody was ever given.
  const { body } = await ada.post('/v1/orgs', { name: 'Mine', slug: 'mine' })
  const lost = await environment.sdk.invitations.create({
    email: 'lost@example.com',
    orgId: body.organization.id,
  })
  await server.owner.query('delete from invitations where id = $1', [lost.id])
  expect(await accept(ada, lost.token)).toMatchObject(unknown)
  expect(await accept(elsewhere, token)).toMatchObject(unknown)
  expect((await accept(ada, token)).status).toBe(200)
})

test('orgs.acceptInvitation refuses a body without a token that could be one', async () => {
  const { ada } = await invited()
  for (const body of [{}, { token: '' }, { token: null }, { token: 7 }, { token: 'x'.repeat(129) }]) {
    expect(await ada.post(acceptPath, body), JSON.stringify(body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  }
})

test('orgs.acceptInvitation needs a session: neither nobody nor a secret key may accept', async () => {
  const { environment, sdk, id, token } = await invited()
  expect(await environment.browser().post(acceptPath, { token })).toMatchObject({
    status: 401,
    body: { code: 'not_signed_in' },
  })
  const byKey = await environment
    .browser()
    .post(acceptPath, { token }, { authorization: `Bearer ${environment.secretKey}` })
  expect(byKey.status).toBe(403)
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'pending' })
})

test('orgs.acceptInvitation is not done by looking: GET and HEAD consume nothing', async () => {
  const { environment, sdk, ada, id, token } = await invited()
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
    const answer = await ada.request(method, `${acceptPath}?token=${token}`)
    expect(answer.status, method).toBeGreaterThanOrEqual(method === 'OPTIONS' ? 200 : 400)
  }
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'pending', acceptedAt: null })
  expect(await recorded(environment)).toHaveLength(1)
  expect((await accept(ada, token)).status).toBe(200)
})

test('orgs.acceptInvitation by someone who is a member already is 409 and leaves the role', async () => {
  const { environment, sdk, orgId, ada, id, token } = await invited({ role: 'owner' })
  await sdk.memberships.create(orgId, { userId: ada.userId, role: 'member' })
  const before = await recorded(environment)
  expect(await accept(ada, token)).toMatchObject({ status: 409, body: { code: 'already_member' } })
  expect((await sdk.memberships.list(orgId)).memberships).toMatchObject([{ role: 'member' }])
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'pending', acceptedAt: null })
  expect(await recorded(environment)).toEqual(before)
})

test('orgs.acceptInvitation takes the seat that was kept for it in a full organization, and no second', async () => {
  const { sdk, orgId, ada, token } = await invited({ membersMax: 2 })
  const other = await sdk.users.create({})
  await sdk.memberships.create(orgId, { userId: other.id })
  const inviteOneMore = () => sdk.invitations.create({ email: 'third@example.com', orgId })
  const full = { status: 403, code: 'member_limit_reached' }
  await expect(inviteOneMore()).rejects.toMatchObject(full)

  expect((await accept(ada, token)).status).toBe(200)

  expect((await sdk.memberships.list(orgId)).total).toBe(2)
  await expect(inviteOneMore()).rejects.toMatchObject(full)
  await sdk.memberships.delete(orgId, other.id)
  await expect(inviteOneMore()).resolves.toMatchObject({ status: 'pending' })
})

test('orgs.acceptInvitation is 404 once the organization is deleted, also when that happens at that moment', async () => {
  const unknown = { status: 404, body: { code: 'invitation_not_found' } }
  const before = await invited()
  await before.sdk.organizations.delete(before.orgId)
  expect(await accept(before.ada, before.token)).toMatchObject(unknown)

  const meanwhile = await invited()
  const deletion = [['delete from organizations where id = $1', meanwhile.orgId]] as const
  const answer = await overtaken(server, deletion, () => accept(meanwhile.ada, meanwhile.token))
  expect(answer).toMatchObject(unknown)
})

test('orgs.acceptInvitation is 401 when the user is deleted at that moment, and the token stays good', async () => {
  const { environment, sdk, ada, id, token } = await invited()
  const deletion = [['delete from users where id = $1', ada.userId]] as const
  const answer = await overtaken(server, deletion, () => accept(ada, token))
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_session' } })
  expect(await sdk.invitations.get(id)).toMatchObject({ status: 'pending' })
  const again = await environment.signedUp(ada.email)
  expect((await accept(again, token)).status).toBe(200)
})

test('orgs.acceptInvitation by many users at once makes each of them a member once', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const company = await foundCompany(environment)
  const people = await Promise.all(Array.from({ length: 10 }, () => environment.signedUp()))
  const tokens = await Promise.all(
    people.map(async ({ email }) => (await sdk.invitations.create({ email, orgId: company.id })).token),
  )
  const outcomes = await tally(people.map((person, i) => succeed(accept(person, tokens[i] ?? ''))))
  expect(outcomes).toEqual({ done: 10 })
  expect((await sdk.memberships.list(company.id)).total).toBe(13)
})
