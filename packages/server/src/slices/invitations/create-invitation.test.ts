import { createHash } from 'node:crypto'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { foundCompany, invitationsMailed, overtaken, recorded, succeed, tally } from './company.fixture.js'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'
const email = 'new@example.com'
const sevenDaysMs = 7 * 24 * 60 * 60 * 1_000

/** The rows of every table as text, the bytes of binary columns as they are and in hexadecimal. */
async function everythingAtRest(): Promise<string> {
  const tables = await server.owner.query("select tablename from pg_tables where schemaname = 'claviger'")
  const rows = await Promise.all(
    tables.rows.map(({ tablename }) => server.owner.query(`select t::text from ${tablename} t`)),
  )
  return rows.flatMap((result) => result.rows.map((row) => row.t)).join('\n')
}

test('invitations.create answers a pending invitation of seven days with its token, and records it', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })

  const { token, ...invitation } = await sdk.invitations.create({ email: 'New@Example.com', orgId })

  expect(invitation).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    orgId,
    email: 'New@Example.com',
    role: 'member',
    status: 'pending',
    invitedBy: null,
    createdAt: expect.stringMatching(/Z$/),
    expiresAt: new Date(Date.parse(invitation.createdAt) + sevenDaysMs).toISOString(),
    acceptedAt: null,
    revokedAt: null,
  })
  expect(token).toMatch(/^inv_[0-9A-Za-z]{49}$/)
  expect(await recorded(environment)).toMatchObject([
    { type: 'invitation.created', actor: { type: 'secret_key' }, data: { invitation } },
  ])
})

test('invitations.create shows the token once, and no later answer and no event carries it', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId, path, owner } = await foundCompany(environment)

  const { token, ...invitation } = await sdk.invitations.create({ email, orgId })

  expect(await sdk.invitations.get(invitation.id)).toEqual(invitation)
  expect((await sdk.invitations.list()).invitations).toEqual([invitation])
  expect((await owner.get(`${path}/invitations`)).body.invitations).toEqual([invitation])
  expect(JSON.stringify(await recorded(environment))).not.toContain(token)
})

test('invitations.create leaves nothing at rest that gives the token away, nor does its acceptance', async () => {
  const environment = await server.environment()
  const { sdk, signedUp } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await signedUp()
  const { id, token } = await sdk.invitations.create(
    { email: ada.email, orgId },
    { idempotencyKey: 'invite-ada' },
  )
  const accept = () => ada.post('/v1/orgs/invitations/accept', { token }, { 'idempotency-key': 'accept' })
  expect((await accept()).status).toBe(200)
  const hex = (text: string) => Buffer.from(text).toString('hex')

  const atRest = await everythingAtRest()
  for (const trace of [token, hex(token), token.slice(4, 20), hex(token.slice(4, 20))]) {
    expect(atRest).not.toContain(trace)
  }
  expect(server.log.join('\n')).not.toContain(token.slice(4, 20))

  // The search would have found it: the address is there, and so is the digest of the token.
  expect(atRest).toContain(ada.email)
  const { rows } = await server.owner.query('select token_hash from invitations where id = $1', [id])
  expect(rows[0].token_hash).toEqual(createHash('sha256').update(token).digest())
})

test('invitations.create makes a different token of 256 random bits for every invitation', async () => {
  const { sdk } = await server.environment()
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, i) => sdk.invitations.create({ email: `new-${i}@example.com`, orgId })),
  )
  // 43 characters of 62 carry 256 bits; the last six are a checksum.
  const secrets = made.map(({ token }) => token.slice('inv_'.length, -6))
  expect(secrets.every((secret) => secret.length === 43)).toBe(true)
  expect(new Set(secrets).size).toBe(50)
})

test('invitations.create with the same idempotency key answers the same token and makes one invitation', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const invite = (address = email) =>
    sdk.invitations.create({ email: address, orgId }, { idempotencyKey: 'invite-1' })

  const first = await invite()
  expect(await invite()).toEqual(first)
  await expect(invite('other@example.com')).rejects.toMatchObject({
    status: 422,
    code: 'idempotency_mismatch',
  })

  expect((await sdk.invitations.list()).total).toBe(1)
  expect(await recorded(environment)).toHaveLength(1)
})

test('invitations.create with one idempotency key 20 times at once makes one invitation', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const calls = Array.from({ length: 20 }, () =>
    sdk.invitations.create({ email, orgId }, { idempotencyKey: 'invite-1' }),
  )

  const { done = 0, idempotency_in_flight: waiting = 0, ...others } = await tally(calls)

  expect(others).toEqual({})
  expect(done).toBeGreaterThanOrEqual(1)
  expect(done + waiting).toBe(20)
  const answers = (await Promise.allSettled(calls)).flatMap((call) =>
    call.status === 'fulfilled' ? [call.value] : [],
  )
  expect(new Set(answers.map(({ token }) => token)).size).toBe(1)
  expect((await sdk.invitations.list()).total).toBe(1)
  expect(await recorded(environment)).toHaveLength(1)
})

test('invitations.create refuses a second one while one is pending, whatever the case of the address', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const globex = await sdk.organizations.create({ name: 'Globex', slug: 'globex' })
  await sdk.invitations.create({ email, orgId })
  for (const spelling of [email, 'NEW@EXAMPLE.COM']) {
    await expect(sdk.invitations.create({ email: spelling, orgId, role: 'admin' })).rejects.toMatchObject({
      status: 409,
      code: 'invitation_pending',
      detail: expect.stringContaining(spelling),
    })
  }
  expect((await sdk.invitations.list()).total).toBe(1)
  expect(await recorded(environment)).toHaveLength(1)

  await expect(sdk.invitations.create({ email, orgId: globex.id })).resolves.toMatchObject({ email })
  await expect(sdk.invitations.create({ email: 'new+2@example.com', orgId })).resolves.toBeDefined()
})

test('invitations.create of one address 20 times at once makes one invitation', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const outcomes = await tally(
    Array.from({ length: 20 }, (_, i) =>
      sdk.invitations.create({ email: i % 2 ? email : email.toUpperCase(), orgId }),
    ),
  )
  expect(outcomes).toEqual({ done: 1, invitation_pending: 19 })
  expect((await sdk.invitations.list({ orgId })).total).toBe(1)
  expect(await recorded(environment)).toHaveLength(1)
})

test('invitations.create works again once the invitation was revoked, and only the new token counts', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await environment.signedUp()
  const first = await sdk.invitations.create({ email: ada.email, orgId })
  await sdk.invitations.revoke(first.id)

  const second = await sdk.invitations.create({ email: ada.email, orgId })

  const accept = (token: string) => ada.post('/v1/orgs/invitations/accept', { token })
  expect(await accept(first.token)).toMatchObject({ status: 410, body: { code: 'invitation_revoked' } })
  expect((await accept(second.token)).status).toBe(200)
})

test('invitations.create works again once the invitation has expired, and records that it closed the old', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const first = await sdk.invitations.create({ email, orgId })
  server.clock.advance({ days: 6, hours: 23 })
  await expect(sdk.invitations.create({ email, orgId })).rejects.toMatchObject({ code: 'invitation_pending' })
  server.clock.advance({ hours: 1 })

  const second = await sdk.invitations.create({ email: 'NEW@example.com', orgId })

  expect(second.status).toBe('pending')
  expect(await sdk.invitations.get(first.id)).toMatchObject({ status: 'revoked' })
  expect(await recorded(environment)).toMatchObject([
    { type: 'invitation.created', data: { invitation: { id: first.id } } },
    { type: 'invitation.revoked', data: { invitation: { id: first.id, status: 'revoked' } } },
    { type: 'invitation.created', data: { invitation: { id: second.id } } },
  ])
  const ada = await environment.signedUp(email)
  expect((await ada.post('/v1/orgs/invitations/accept', { token: first.token })).status).toBe(410)
  expect((await ada.post('/v1/orgs/invitations/accept', { token: second.token })).status).toBe(200)
})

test('invitations.create refuses every address of a member, and records nothing', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId, member } = await foundCompany(environment)
  const before = await recorded(environment)
  await server.owner.query(
    "insert into user_emails (environment_id, user_id, email, is_primary) values ($1, $2, 'second@example.com', false)",
    [environment.id, member.userId],
  )
  for (const address of [member.email, member.email.toUpperCase(), 'Second@example.com']) {
    await expect(sdk.invitations.create({ email: address, orgId })).rejects.toMatchObject({
      status: 409,
      code: 'already_member',
    })
  }
  expect((await sdk.invitations.list()).total).toBe(0)
  expect(await recorded(environment)).toEqual(before)
})

test('invitations.create answers 404 for an organization that is none here', async () => {
  const { sdk } = await server.environment()
  const other = await server.environment()
  const elsewhere = await other.sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  for (const orgId of ['bogus', unknownId, elsewhere.id]) {
    await expect(sdk.invitations.create({ email, orgId })).rejects.toMatchObject({
      status: 404,
      code: 'organization_not_found',
    })
  }
  expect((await other.sdk.invitations.list()).total).toBe(0)
})

test('invitations.create answers 404 when the organization is deleted at that moment', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const creation = overtaken(server, [['delete from organizations where id = $1', orgId]], () =>
    sdk.invitations.create({ email, orgId }),
  )
  await expect(creation).rejects.toMatchObject({ status: 404, code: 'organization_not_found' })
  expect(await recorded(environment)).toEqual([])
})

test('invitations.create refuses what is no address or no role, and fields that nobody may set', async () => {
  const { sdk } = await server.environment()
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const refused = [
    { email: 'nobody', orgId },
    { email: '', orgId },
    { email: 'new@example.com\r\nBcc: all@example.com', orgId },
    { email: `${'x'.repeat(250)}@example.com`, orgId },
    { email, orgId, role: 'king' },
    { email, orgId, token: 'inv_mine' },
    { email, orgId, expiresAt: '2099-01-01T00:00:00.000Z' },
    { email },
    { orgId },
  ]
  for (const body of refused) {
    await expect(sdk.invitations.create(body as never), JSON.stringify(body)).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
    })
  }
  expect((await sdk.invitations.list()).total).toBe(0)
})

test('invitations.create refuses the one above the limit until a seat is free', async () => {
  const environment = await server.environment({ settings: { membersPerOrganizationMax: 3 } })
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const ada = await sdk.users.create({})
  await sdk.memberships.create(orgId, { userId: ada.id })
  const second = await sdk.invitations.create({ email: 'second@example.com', orgId })
  await sdk.invitations.create({ email: 'third@example.com', orgId })
  const before = await recorded(environment)
  const invite = () => sdk.invitations.create({ email: 'fourth@example.com', orgId })
  const full = { status: 403, code: 'member_limit_reached' }

  await expect(invite()).rejects.toMatchObject(full)
  expect(await recorded(environment)).toEqual(before)

  await sdk.invitations.revoke(second.id)
  await invite()
  await expect(sdk.invitations.create({ email: 'fifth@example.com', orgId })).rejects.toMatchObject(full)
  server.clock.advance({ days: 7 })
  await expect(sdk.invitations.create({ email: 'fifth@example.com', orgId })).resolves.toBeDefined()
})

test('invitations.create never exceeds the limit, however many come at once', async () => {
  const environment = await server.environment({ settings: { membersPerOrganizationMax: 3 } })
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme', slug: 'acme' })
  const outcomes = await tally(
    Array.from({ length: 20 }, (_, i) => sdk.invitations.create({ email: `new-${i}@example.com`, orgId })),
  )
  expect(outcomes).toEqual({ done: 3, member_limit_reached: 17 })
  expect((await sdk.invitations.list({ orgId, status: 'pending' })).total).toBe(3)
})

test('invitations.create mails nothing unless asked to, then the token that it answers', async () => {
  const environment = await server.environment({
    settings: { links: { invitation: 'https://acme.test/join' } },
  })
  const { sdk } = environment
  const { id: orgId } = await sdk.organizations.create({ name: 'Acme <b>', slug: 'acme' })
  const { id } = await sdk.invitations.create({ email, orgId })
  expect(await invitationsMailed(environment, email)).toEqual([])
  await sdk.invitations.revoke(id)

  const { token } = await sdk.invitations.create({ email, orgId, sendEmail: true })

  const [mail] = await invitationsMailed(environment, email)
  expect(mail?.text).toContain(`\nhttps://acme.test/join#token=${token}\n`)
  expect(mail?.text).toContain('You are invited to join Acme <b>.')
  expect(mail?.html).not.toContain('<b>')
})

test('orgs.invite mails the token to the invited address, and tells it to nobody else', async () => {
  const environment = await server.environment()
  const { path, owner } = await foundCompany(environment)
  const ada = await environment.signedUp()
  const hosts = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }

  const { body } = await owner.post(`${path}/invitations`, { email: ada.email }, hosts)

  const [mail, ...others] = await invitationsMailed(environment, ada.email)
  expect(others).toEqual([])
  expect(mail).toMatchObject({ to: ada.email, subject: expect.stringContaining('Join Acme on ') })
  const page = `http://claviger.test/auth/invitation#token=${mail?.token}&environment=${environment.name}`
  expect(mail?.text).toContain(`\n${page}\n`)
  const told = [body, (await owner.get(`${path}/invitations`)).body, await environment.sdk.events.list()]
  expect(JSON.stringify(told)).not.toMatch(/inv_|"token"/)
  expect((await ada.post('/v1/orgs/invitations/accept', { token: mail?.token })).status).toBe(200)
})

test('orgs.invite names who invites by a verified address or a username, never by a claimed address', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { path, owner } = await foundCompany(environment)
  const line = async (to: string) => {
    await owner.post(`${path}/invitations`, { email: to })
    return (await invitationsMailed(environment, to))[0]?.text?.split('\n')[0]
  }
  expect(await line('1@example.com')).toBe('A member invites you to join Acme.')
  await sdk.users.update(owner.userId, { username: 'grace' })
  expect(await line('2@example.com')).toBe('grace invites you to join Acme.')
  await server.owner.query('update user_emails set verified_at = now() where user_id = $1', [owner.userId])
  expect(await line('3@example.com')).toBe(`${owner.email} invites you to join Acme.`)
})

test('orgs.invite that is refused mails nothing, and one address is mailed five times in five minutes', async () => {
  const environment = await server.environment()
  const { path, owner, member } = await foundCompany(environment)
  await member.post(`${path}/invitations`, { email })
  expect(await invitationsMailed(environment, email)).toEqual([])
  for (let i = 0; i < 5; i++) {
    const { body } = await owner.post(`${path}/invitations`, { email })
    // The member's try was one of the five.
    if (i < 4) await owner.delete(`${path}/invitations/${body.invitation.id}`)
    else expect(body.code).toBe('invitation_rate_limited')
  }
  expect(await invitationsMailed(environment, email)).toHaveLength(4)
})

test('orgs.invite is done on behalf of the member, for owner and admin alone', async () => {
  const environment = await server.environment()
  const { path, owner, admin, member } = await foundCompany(environment)
  const before = await recorded(environment)

  const byAdmin = await admin.post(`${path}/invitations`, { email, role: 'admin' })
  const byOwner = await owner.post(`${path}/invitations`, { email: 'partner@example.com', role: 'owner' })
  const byMember = await member.post(`${path}/invitations`, { email: 'friend@example.com' })

  const { invitation } = byAdmin.body
  expect(byAdmin.status).toBe(201)
  expect(invitation).toMatchObject({ email, role: 'admin', status: 'pending', invitedBy: admin.userId })
  expect(byOwner).toMatchObject({ status: 201, body: { invitation: { role: 'owner' } } })
  expect(byMember).toMatchObject({ status: 403, body: { code: 'role_required' } })
  expect((await recorded(environment)).slice(before.length)).toMatchObject([
    { type: 'invitation.created', actor: { type: 'user', id: admin.userId }, data: { invitation } },
    { type: 'invitation.created', actor: { type: 'user', id: owner.userId } },
  ])
})

test('orgs.invite lets only an owner invite an owner', async () => {
  const environment = await server.environment()
  const { path, admin, member } = await foundCompany(environment)
  for (const person of [admin, member]) {
    expect(await person.post(`${path}/invitations`, { email, role: 'owner' })).toMatchObject({
      status: 403,
      body: { code: 'role_required', detail: 'This needs the role owner in the organization.' },
    })
  }
  expect((await environment.sdk.invitations.list()).total).toBe(0)
})

test('orgs.invite keeps the same rules as the backend: pending, member, limit', async () => {
  const environment = await server.environment({ settings: { membersPerOrganizationMax: 4 } })
  const { path, owner, member } = await foundCompany(environment)
  const invite = (address: string) => owner.post(`${path}/invitations`, { email: address })
  expect(await invite(member.email)).toMatchObject({ status: 409, body: { code: 'already_member' } })
  const outcomes = await tally(Array.from({ length: 20 }, (_, i) => succeed(invite(`new-${i}@example.com`))))
  expect(outcomes).toEqual({ done: 1, member_limit_reached: 19 })

  await environment.sdk.environment.update({ settings: { membersPerOrganizationMax: null } })
  await invite(email)
  expect(await invite(email.toUpperCase())).toMatchObject({
    status: 409,
    body: { code: 'invitation_pending' },
  })
})

test('orgs.invite outlives the member who invited', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { path, admin } = await foundCompany(environment)
  const ada = await environment.signedUp()
  const { body } = await admin.post(`${path}/invitations`, { email: ada.email })
  await sdk.users.delete(admin.userId)
  expect(await sdk.invitations.get(body.invitation.id)).toMatchObject({ status: 'pending', invitedBy: null })
  const token = (await invitationsMailed(environment, ada.email))[0]?.token
  expect((await ada.post('/v1/orgs/invitations/accept', { token })).status).toBe(200)
})

test('orgs.invite is 401 when the member is deleted at that moment', async () => {
  const environment = await server.environment()
  const { path, admin } = await foundCompany(environment)
  const deletion = [['select from users where id = $1 for update', admin.userId]] as const
  const answer = await overtaken(
    server,
    [...deletion, ['delete from users where id = $1', admin.userId]],
    () => admin.post(`${path}/invitations`, { email }),
  )
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_session' } })
  expect((await environment.sdk.invitations.list()).total).toBe(0)
})
