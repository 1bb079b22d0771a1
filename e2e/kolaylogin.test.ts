import * as ours from '@claviger/kolaylogin'
import * as published from '@kolaylogin/backend'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
beforeAll(() => installation.start())
afterAll(() => installation.remove())

const password = 'Correct-horse-battery-9'
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

/** Signs a new person up as the pages of a product do, and answers what its browser then holds. */
async function signUp(email: string) {
  const response = await fetch(`${installation.url}/v1/auth/sign-up/email-password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  expect(response.status).toBe(201)
  const { userId, sessionId } = (await response.json()) as { userId: string; sessionId: string }
  const cookie = response.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ')
  return { userId, sessionId, cookie, request: { headers: { cookie } } }
}

function call(cookie: string, method: string, path: string, body?: unknown) {
  return fetch(installation.url + path, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

/** What a call throws: its status and the parsed body, as the document says. */
async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(Error)
  return error as Error & { status: number; body: { message: string; statusCode: number } | null }
}

describe.each([
  ['the unmodified @kolaylogin/backend', 'published', published],
  ['@claviger/kolaylogin', 'ours', ours],
] as const)('%s on a started server', (_, tag, library) => {
  let secretKey: string
  const client = () => library.createKolayLoginClient({ secretKey, baseUrl: `${installation.url}/` })
  const backend = () =>
    new library.KolayLoginBackendClient({ baseUrl: installation.url, issuer: installation.url })
  let n = 0
  const unique = (name: string) => `${tag}-${name}-${++n}`
  const email = (name: string) => `${unique(name)}@example.com`

  beforeAll(async () => {
    secretKey = await installation.makeKey()
  })

  test('the code of the document runs from the first line to the last', async () => {
    const kolay = client()
    const { userId } = await signUp(email('document'))

    const { users, total } = await kolay.users.list({ limit: 20 })
    expect(users.length).toBe(Math.min(total, 20))
    const me = await kolay.users.get(userId)
    expect(me.id).toBe(userId)
    await kolay.users.update(userId, { publicMetadata: { tier: 'gold' } })
    expect((await kolay.users.get(userId)).publicMetadata).toEqual({ tier: 'gold' })
    await kolay.users.ban(userId, 'tos_violation')
    expect(await kolay.users.get(userId)).toMatchObject({ isBanned: true, banReason: 'tos_violation' })
    await kolay.users.unban(userId)

    const { organizations } = await kolay.organizations.list({ limit: 50 })
    const org = await kolay.organizations.create({ name: 'Acme', slug: unique('acme') })
    expect(organizations.map(({ id }) => id)).not.toContain(org.id)
    await kolay.organizations.addMember(org.id, { userId, role: 'admin' })
    await kolay.organizations.removeMember(org.id, userId)

    const invite = await kolay.invitations.create({ email: email('teammate'), orgId: org.id, role: 'member' })
    expect(invite.token).toMatch(/^\S{32,}$/)
    await kolay.invitations.revoke(invite.id)
    await kolay.organizations.delete(org.id)

    const { sessions } = await kolay.sessions.list({ userId })
    await kolay.sessions.revoke((sessions[0] as { id: string }).id)
    await kolay.users.delete(userId)
    try {
      await kolay.users.delete('bogus-id')
      expect.unreachable('An unknown id is an error.')
      // biome-ignore lint/suspicious/noExplicitAny: as the document writes it.
    } catch (err: any) {
      expect(err.status).toBe(404)
    }
  })

  test('users.list pages, counts exactly, and finds an address without regard to case', async () => {
    const kolay = client()
    const address = email('lister')
    const { userId } = await signUp(address)
    const first = await kolay.users.list({ limit: 1 })
    expect(first.users).toHaveLength(1)
    const last = await kolay.users.list({ limit: 2, offset: first.total - 1 })
    expect(last).toMatchObject({ total: first.total, users: { length: 1 } })
    const found = await kolay.users.list({ email: address.toUpperCase() })
    expect(found).toMatchObject({
      total: 1,
      users: [{ id: userId, emails: [{ email: address, isPrimary: true }] }],
    })
  })

  test('users.get answers the bare user with every documented field', async () => {
    const address = email('shape')
    const { userId } = await signUp(address)
    expect(await client().users.get(userId)).toMatchObject({
      id: userId,
      username: null,
      externalId: null,
      email: address,
      emails: [{ email: address, isPrimary: true, isVerified: false }],
      isBanned: false,
      banReason: null,
      publicMetadata: {},
      privateMetadata: {},
      unsafeMetadata: {},
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    })
  })

  test('users.update changes what is named and leaves the rest', async () => {
    const kolay = client()
    const { userId } = await signUp(email('update'))
    await kolay.users.update(userId, { privateMetadata: { plan: 'pro' } })
    await kolay.users.update(userId, { externalId: unique('x'), username: unique('ada') })
    await kolay.users.update(userId, { publicMetadata: { tier: 'gold' } })
    expect(await kolay.users.get(userId)).toMatchObject({
      username: expect.stringContaining('ada'),
      externalId: expect.stringContaining('x'),
      privateMetadata: { plan: 'pro' },
      publicMetadata: { tier: 'gold' },
    })
  })

  test('users.ban without a reason ends every session, and unban lifts it', async () => {
    const kolay = client()
    const { userId, cookie } = await signUp(email('ban'))
    await kolay.users.ban(userId)
    expect(await kolay.users.get(userId)).toMatchObject({ isBanned: true, banReason: null })
    const { sessions } = await kolay.sessions.list({ userId })
    expect(sessions).toMatchObject([{ status: 'revoked', endedAt: expect.any(String) }])
    expect((await call(cookie, 'GET', '/v1/me')).status).toBe(401)
    expect((await call(cookie, 'POST', '/v1/auth/sessions/refresh')).status).toBe(401)
    await kolay.users.unban(userId)
    expect(await kolay.users.get(userId)).toMatchObject({ isBanned: false, banReason: null })
  })

  test('every call on something unknown throws 404 with a parsed body', async () => {
    const kolay = client()
    const org = await kolay.organizations.create({ name: 'Known', slug: unique('known') })
    const { userId } = await signUp(email('known'))
    for (const id of ['bogus-id', unknownId, '../users', 'a b', '%00']) {
      for (const work of [
        () => kolay.users.get(id),
        () => kolay.users.update(id, {}),
        () => kolay.users.ban(id),
        () => kolay.users.delete(id),
        () => kolay.organizations.delete(id),
        () => kolay.organizations.addMember(id, { userId }),
        () => kolay.organizations.addMember(org.id, { userId: id }),
        () => kolay.organizations.removeMember(id, userId),
        () => kolay.organizations.removeMember(org.id, id),
        () => kolay.invitations.create({ email: email('nobody'), orgId: id }),
        () => kolay.invitations.revoke(id),
        () => kolay.sessions.revoke(id),
      ]) {
        const error = await failure(work())
        expect([id, error.status]).toEqual([id, 404])
        expect(error.body?.message).toBe(error.message)
      }
    }
    expect((await failure(kolay.users.get(unknownId))).message).toBe('User not found')
  })

  test('organizations: duplicates, missing fields, unknown roles and repetitions are told apart', async () => {
    const kolay = client()
    const slug = unique('org')
    const { userId } = await signUp(email('member'))
    const org = await kolay.organizations.create({ name: 'Acme', slug, createdBy: userId })
    expect(org).toMatchObject({ name: 'Acme', slug, createdAt: expect.any(String) })
    expect(
      (await failure(kolay.organizations.create({ name: 'Acme', slug: slug.toUpperCase() }))).status,
    ).toBe(409)
    expect((await failure(kolay.organizations.create({ name: 'X' } as never))).status).toBe(400)
    expect(
      (await failure(kolay.organizations.create({ name: 'X', slug: unique('y'), createdBy: unknownId })))
        .status,
    ).toBe(404)
    expect((await failure(kolay.organizations.addMember(org.id, { userId }))).status).toBe(409)
    const other = await signUp(email('member'))
    expect(
      (await failure(kolay.organizations.addMember(org.id, { userId: other.userId, role: 'king' }))).status,
    ).toBe(400)
    await kolay.organizations.addMember(org.id, { userId: other.userId })
    await kolay.organizations.removeMember(org.id, other.userId)
    expect((await failure(kolay.organizations.removeMember(org.id, other.userId))).status).toBe(404)
    const listed = await kolay.organizations.list({ limit: 50 })
    expect(listed.total).toBeGreaterThanOrEqual(1)
    await kolay.organizations.delete(org.id)
    expect((await failure(kolay.organizations.delete(org.id))).status).toBe(404)
  })

  test('an invitation is accepted once, by the person who was invited', async () => {
    const kolay = client()
    const org = await kolay.organizations.create({ name: 'Inviting', slug: unique('inviting') })
    const address = email('invitee')
    const invite = await kolay.invitations.create({ email: address, orgId: org.id })
    expect(invite).toMatchObject({ email: address, role: 'member', token: expect.any(String) })
    expect((await failure(kolay.invitations.create({ email: address, orgId: org.id }))).status).toBe(409)
    expect((await failure(kolay.invitations.create({ email: 'no address', orgId: org.id }))).status).toBe(400)
    const { cookie, userId } = await signUp(address)
    const accept = (session: string) =>
      call(session, 'POST', '/v1/orgs/invitations/accept', { token: invite.token })
    expect((await accept('')).status).toBe(401)
    expect((await accept((await signUp(email('other'))).cookie)).status).toBe(403)
    expect((await accept(cookie)).status).toBe(200)
    expect((await accept(cookie)).status).toBe(409)
    expect((await failure(kolay.organizations.addMember(org.id, { userId }))).status).toBe(409)
  })

  test('sessions.list shows the live session first, and revoke ends it', async () => {
    const kolay = client()
    const { userId, sessionId } = await signUp(email('sessions'))
    const { sessions } = await kolay.sessions.list({ userId, limit: 5 })
    expect(sessions).toMatchObject([
      { id: sessionId, userId, status: 'active', activeOrgId: null, endedAt: null },
    ])
    expect(Date.parse((sessions[0] as { expiresAt: string }).expiresAt)).toBeGreaterThan(Date.now())
    await kolay.sessions.revoke(sessionId)
    expect((await kolay.sessions.list({ userId })).sessions).toMatchObject([
      { id: sessionId, status: 'revoked' },
    ])
  })

  test('a session is verified against the key set, by cookie and by token', async () => {
    const { userId, sessionId, cookie, request } = await signUp(email('verify'))
    const claims = await backend().getSessionFromRequest(request)
    expect(claims).toMatchObject({ sub: userId, sid: sessionId, iss: installation.url })
    expect((claims?.exp ?? 0) - (claims?.iat ?? 0)).toBe(60)
    expect(claims?.org).toBeUndefined()
    expect(await library.requireSession(request, { baseUrl: installation.url })).toMatchObject({ ok: true })
    expect(await library.requireSession({ headers: {} }, { baseUrl: installation.url })).toMatchObject({
      ok: false,
      reason: 'missing_session',
    })
    const token = library.getSessionJwtFromCookieHeader(cookie) as string
    const forged = `${token.slice(0, -4)}AAAA`
    await expect(backend().verifySessionJwt(forged)).rejects.toThrow()
    await expect(
      library.verifySessionJwt(token, {
        jwksUrl: backend().getJwksUrl(),
        issuer: 'https://elsewhere.example',
      }),
    ).rejects.toThrow(/iss/)
  })

  test('auth tells who is signed in, and in which organization with which role', async () => {
    const kolay = client()
    const { userId, sessionId, cookie } = await signUp(email('auth'))
    const org = await kolay.organizations.create({ name: 'Active', slug: unique('active') })
    await kolay.organizations.addMember(org.id, { userId, role: 'admin' })
    expect((await call(cookie, 'PATCH', '/v1/orgs/current', { orgId: org.id })).status).toBe(200)
    const refreshed = await call(cookie, 'POST', '/v1/auth/sessions/refresh')
    const session = refreshed.headers
      .getSetCookie()
      .map((set) => set.split(';')[0])
      .join('; ')
    const auth = await backend().auth({ headers: { cookie: session } })
    expect(auth).toMatchObject({ userId, sessionId, orgId: org.id, orgRole: 'admin', isSignedIn: true })
    expect([auth.has({ role: 'admin' }), auth.has({ role: 'owner' }), auth.has({ plan: 'pro' })]).toEqual([
      true,
      false,
      false,
    ])
    expect(await backend().auth({ headers: {} })).toMatchObject({ userId: null, isSignedIn: false })
  })

  test('a wrong, revoked or publishable key throws 401 with a message', async () => {
    const wrong = library.createKolayLoginClient({ secretKey: 'sk_live_wrong', baseUrl: installation.url })
    expect(await failure(wrong.users.list())).toMatchObject({
      status: 401,
      body: { message: 'invalid_api_key' },
    })

    const headers = {
      authorization: `Bearer ${await installation.operatorToken()}`,
      'claviger-environment': 'default/live',
      'content-type': 'application/json',
    }
    const made = await fetch(`${installation.url}/v1/admin/secret-keys`, {
      method: 'POST',
      headers,
      body: '{"name":"gone"}',
    })
    const { secret, secretKey: key } = (await made.json()) as { secret: string; secretKey: { id: string } }
    await fetch(`${installation.url}/v1/admin/secret-keys/${key.id}/revoke`, {
      method: 'POST',
      headers,
      body: '{}',
    })
    const revoked = library.createKolayLoginClient({ secretKey: secret, baseUrl: installation.url })
    expect(await failure(revoked.users.list())).toMatchObject({ status: 401, message: 'revoked_api_key' })
  })

  test('a key of one environment sees nothing of another', async () => {
    const { userId } = await signUp(email('foreign'))
    const testKey = await installation.makeKey('default/test')
    const other = library.createKolayLoginClient({ secretKey: testKey, baseUrl: installation.url })
    expect((await failure(other.users.get(userId))).status).toBe(404)
    expect((await other.users.list()).users.map(({ id }) => id)).not.toContain(userId)
  })
})
