import type { NewPortalLink } from '@claviger/contract'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { makeApi } from '../api-keys/api.fixture.js'
import { type Company, foundCompany, overtaken, recordedOf, tally } from '../organizations/company.fixture.js'

const server = testServer()
let environment: TestEnvironment
let company: Company
let apiId: string

const page = 'api_keys'
const app = 'https://app.example.com'
const session = '/v1/portal/session'
const keys = '/v1/portal/api-keys'

beforeAll(async () => {
  environment = await server.environment({
    settings: { selfServiceApiKeys: { users: true, organizations: true }, allowedOrigins: [app] },
  })
  apiId = await makeApi(environment)
  company = await foundCompany(environment)
})

const tokenOf = ({ url }: NewPortalLink) => new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? ''

/** A browser in which the portal of a new link was opened. */
async function opened(
  { userId }: { userId: string },
  more: { organizationId?: string; returnUrl?: string } = {},
) {
  const link = await environment.sdk.portalLinks.create({ userId, page, ...more })
  const browser = environment.browser()
  const answer = await browser.post(session, { token: tokenOf(link) })
  return { link, browser, answer }
}

test('portalLinks.create answers an address that opens the portal once, however many try', async () => {
  const { member } = company
  const link = await environment.sdk.portalLinks.create({ userId: member.userId, page })
  const [address, fragment] = link.url.split('#')
  expect(address).toBe('http://claviger.test/portal')
  expect(fragment).toBe(`token=${tokenOf(link)}&environment=${environment.name}`)
  expect(Date.parse(link.expiresAt) - Date.parse(link.createdAt)).toBe(300_000)

  const open = async () => {
    const { status, body } = await environment.browser().post(session, { token: tokenOf(link) })
    if (status !== 201) throw body
  }
  expect(await tally([open(), open(), open(), open()])).toEqual({ done: 1, portal_link_over: 3 })

  const events = await recordedOf(environment, /^portal_link\./)
  expect(events.map(({ type }) => type)).toEqual(['portal_link.created', 'portal_link.opened'])
  const { url: _, ...portalLink } = link
  for (const { data } of events) expect(data).toEqual({ portalLink })
  const { rows } = await server.owner.query('select portal_links::text as row from portal_links')
  expect(JSON.stringify([rows, server.log])).not.toContain(tokenOf(link))
})

test('portalLinks.create refuses whoever may not manage keys, and pages that are nobody’s', async () => {
  const { portalLinks, users, environment: settings } = environment.sdk
  const { member, admin, id: organizationId } = company
  const refusal = (body: object) =>
    portalLinks.create({ userId: admin.userId, page, ...body }).then(
      () => 'made',
      ({ code }) => code,
    )
  expect(await refusal({ userId: member.userId, organizationId })).toBe('role_required')
  expect(await refusal({ userId: newId() })).toBe('user_not_found')
  expect(await refusal({ organizationId: newId() })).toBe('organization_not_found')
  const { id: stranger } = await users.create({})
  expect(await refusal({ userId: stranger, organizationId })).toBe('membership_not_found')
  for (const returnUrl of [
    'https://evil.example',
    `${app}.evil.example/x`,
    'https://app.example.com@evil.example',
    'javascript:alert(1)',
    '//evil.example',
    '/keys',
  ]) {
    expect(await refusal({ returnUrl }), returnUrl).toBe('portal_return_url_not_allowed')
  }
  expect(await refusal({ returnUrl: `${app}/settings?tab=keys` })).toBe('made')
  for (const lifetimeSeconds of [59, 3_601])
    expect(await refusal({ lifetimeSeconds })).toBe('invalid_request')
  await users.ban(stranger, {})
  expect(await refusal({ userId: stranger })).toBe('portal_user_banned')
  await settings.update({ settings: { selfServiceApiKeys: { users: false, organizations: true } } })
  expect(await refusal({})).toBe('api_keys_not_offered')
  expect(await refusal({ organizationId })).toBe('made')
  await settings.update({ settings: { selfServiceApiKeys: { users: true, organizations: true } } })
})

test('in the portal of a user there are the keys of that user, made in the user’s name', async () => {
  const { member, owner } = company
  const { apiKey: other } = (await owner.post('/v1/me/api-keys', { apiId, name: 'Not here' })).body
  const { browser, answer } = await opened(member, { returnUrl: `${app}/keys` })
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^claviger_portal=ps_\w+; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax$/),
  ])
  const { portalSession } = answer.body
  expect(portalSession).toMatchObject({
    page,
    user: { id: member.userId, email: member.email },
    organization: null,
    returnUrl: `${app}/keys`,
  })
  expect((await browser.get(session)).body).toEqual(answer.body)
  const [offered] = (await browser.get('/v1/portal/apis')).body.apis
  expect(offered).toMatchObject({ id: apiId, scopes: [{ key: 'read:users' }, { key: 'write:users' }] })
  expect((await member.get('/v1/me/apis')).body.apis).toEqual([offered])

  const made = await browser.post(keys, { apiId, name: 'Laptop', scopes: ['read:users'] })
  expect(made).toMatchObject({
    status: 201,
    body: { apiKey: { userId: member.userId, organizationId: null } },
  })
  const { apiKey, secret } = made.body
  expect((await browser.get(keys)).body.apiKeys).toEqual([apiKey])
  const valid = async (key: string) => (await environment.sdk.apiKeys.verify({ apiKey: key })).valid
  const rotated = (await browser.post(`${keys}/${apiKey.id}/rotate`)).body
  expect([await valid(secret), await valid(rotated.secret)]).toEqual([false, true])
  expect((await browser.post(`${keys}/${apiKey.id}/revoke`)).body.apiKey.status).toBe('revoked')
  expect(await valid(rotated.secret)).toBe(false)
  expect((await browser.post(`${keys}/${other.id}/revoke`)).body.code).toBe('api_key_not_found')
  const [event] = (await environment.sdk.events.list({ type: 'api_key.revoked' })).events
  expect(event).toMatchObject({ actor: { type: 'user', id: member.userId } })
})

test('in the portal of an organization there are its keys, while the user may manage them', async () => {
  const { admin, owner, id: organizationId } = company
  const { browser, answer } = await opened(admin, { organizationId })
  expect(answer.body.portalSession.organization).toEqual({ id: organizationId, name: 'Acme' })
  const { apiKey } = (await browser.post(keys, { apiId, name: 'Production' })).body
  expect(apiKey).toMatchObject({ userId: null, organizationId })
  expect((await browser.get(keys)).body.apiKeys).toEqual([apiKey])

  await owner.patch(`${company.path}/members/${admin.userId}`, { role: 'member' })
  expect((await browser.get(keys)).body.code).toBe('role_required')
  await owner.patch(`${company.path}/members/${admin.userId}`, { role: 'admin' })
  expect((await browser.post(`${keys}/${apiKey.id}/rotate`)).status).toBe(200)
  // Who has left and comes back needs another link.
  await environment.sdk.memberships.delete(organizationId, admin.userId)
  await environment.sdk.memberships.create(organizationId, { userId: admin.userId, role: 'admin' })
  expect(await browser.get(keys)).toMatchObject({ status: 401, body: { code: 'portal_session_over' } })
})

test('a portal opens nothing else, and no other page uses it', async () => {
  const { browser } = await opened(company.owner)
  for (const path of ['/v1/me', '/v1/me/api-keys', '/v1/me/apis', '/v1/orgs', '/v1/admin/users']) {
    expect((await browser.get(path)).status, path).toBe(401)
  }
  const token = browser.cookies.get('claviger_portal') ?? ''
  const asBearer = { authorization: `Bearer ${token}` }
  for (const path of ['/v1/me', keys])
    expect((await environment.browser().get(path, asBearer)).status).toBe(401)
  for (const origin of [app, 'https://evil.example']) {
    const refused = await browser.post(keys, { apiId, name: 'Forged' }, { origin })
    expect(refused).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } })
  }
  expect((await browser.post(keys, { apiId, name: 'Own' }, { origin: 'http://claviger.test' })).status).toBe(
    201,
  )
  // Nor is a signed-in user in a portal: which of two people would act there?
  expect((await company.owner.get(keys)).body.code).toBe('portal_session_over')
})

test('portalLinks.create makes no link for who is deleted at that moment', async () => {
  const { id } = await environment.sdk.users.create({})
  const deletion = [['delete from users where id = $1', id]] as const
  const making = overtaken(server, deletion, () => environment.sdk.portalLinks.create({ userId: id, page }))
  await expect(making).rejects.toMatchObject({ code: 'user_not_found' })
})

test('a link is over when its time is, and in every other environment', async () => {
  const { userId } = company.member
  const link = await environment.sdk.portalLinks.create({ userId, page, lifetimeSeconds: 60 })
  const elsewhere = (await server.environment()).browser()
  expect((await elsewhere.post(session, { token: tokenOf(link) })).body.code).toBe('portal_link_over')
  await server.clock.advance({ seconds: 61 })
  const late = await environment.browser().post(session, { token: tokenOf(link) })
  expect(late).toMatchObject({ status: 404, body: { code: 'portal_link_over' } })
  await server.runJob('sweep_portal_links')
  const { rows } = await server.owner.query('select from portal_links where id = $1', [link.id])
  expect(rows).toEqual([])
})

test('a portal closes with a ban, with its user and after half an hour', async () => {
  const { sdk } = environment
  const [banned, deleted, idle] = await Promise.all([
    sdk.users.create({}),
    sdk.users.create({}),
    sdk.users.create({}),
  ])
  const portals = await Promise.all([banned, deleted, idle].map(({ id }) => opened({ userId: id })))
  const unopened = await sdk.portalLinks.create({ userId: banned.id, page })
  const states = () => Promise.all(portals.map(async ({ browser }) => (await browser.get(keys)).status))
  expect(await states()).toEqual([200, 200, 200])
  await sdk.users.ban(banned.id, {})
  await sdk.users.delete(deleted.id)
  expect(await states()).toEqual([401, 401, 200])
  await sdk.users.unban(banned.id)
  expect(await states()).toEqual([401, 401, 200])
  expect((await environment.browser().post(session, { token: tokenOf(unopened) })).status).toBe(404)
  await server.clock.advance({ seconds: 1_790 })
  expect(await states()).toEqual([401, 401, 200])
  await server.clock.advance({ seconds: 11 })
  expect(await states()).toEqual([401, 401, 401])
})
