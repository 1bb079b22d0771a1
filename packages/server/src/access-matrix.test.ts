import { errors, oauthError, permissions, type Route, routes } from '@claviger/contract'
import { errorsOf } from '@claviger/contract/openapi'
import { testServer } from '@claviger/server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkAccess } from './kernel/access.js'
import { Failure } from './kernel/failure.js'
import { newId } from './kernel/ids.js'
import { makeSecret } from './kernel/secret.js'
import { statement } from './platform/db/statement.js'
import {
  administratorOf,
  type SignedInAdministrator,
} from './slices/administrators/administration.fixture.js'
import {
  basic,
  makeClient,
  managementApiOf,
  type TestClient,
  tokenOf,
} from './slices/tokens/client.fixture.js'
import {
  asAdministrator,
  asOperator,
  bearer,
  exampleBody,
  makeAdministration,
  makeTenant,
  makeTenantFor,
  ownCredential,
  pathOf,
  referencesIn,
  type Tenant,
} from './tenant.fixture.js'

/**
 * Who may call what, proved for every route of the contract from the contract itself. A new route is in here
 * without a line of its own; only a new kind of id needs something to stand for it in `makeTenant`.
 */

const server = testServer()

/** Values of the same look that name nothing anywhere. */
const unknown: Readonly<Record<string, () => string>> = {
  refreshToken: () => `${newId()}.${Buffer.alloc(36).toString('base64url')}`,
  token: () => makeSecret('inv_'),
}
const unknownFor = (name: string) => unknown[name]?.() ?? newId()

const idParams = (route: Route) => Object.keys(route.params ?? {}).filter((name) => name.endsWith('Id'))
const isOfInstance = (route: Route) => route.access.scope !== 'environment'
const asksForCode = ({ body }: Route) =>
  'code' in ((body as { properties?: object } | undefined)?.properties ?? {})
const isList = (route: Route) => route.query !== undefined && route.status === 200 && !isOfInstance(route)
// A token that is not its own is no reason to refuse an OAuth client: the tests of those routes say what it is told.
const namesSomething = (route: Route) =>
  route.style === undefined && (idParams(route).length > 0 || referencesIn(route.body).length > 0)

interface Told {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

interface Said {
  readonly headers?: Record<string, string>
  readonly params?: Readonly<Record<string, string>>
  readonly body?: Record<string, unknown> | undefined
  readonly query?: Record<string, string>
}

async function say(route: Route, tenant: Tenant, said: Said): Promise<Told> {
  const body = 'body' in said ? said.body : exampleBody(route, tenant)
  const query = new URLSearchParams(said.query)
  const isForm = route.style === 'oauth'
  const response = await fetch(`${server.url}${pathOf(route, tenant, said.params)}?${query}`, {
    method: route.method,
    headers: { ...(body && !isForm && { 'content-type': 'application/json' }), ...said.headers },
    ...(body && { body: isForm ? formOf(body) : JSON.stringify(body) }),
  })
  const contentType = response.headers.get('content-type') ?? ''
  return { status: response.status, contentType, text: await response.text() }
}

/** What a client says of itself is in its header. */
function formOf(body: Record<string, unknown>): URLSearchParams {
  const { client_id, client_secret, ...form } = body as Record<string, string>
  return new URLSearchParams(form)
}

/** Credentials that were valid once, and those of customers' customers. */
interface Spent {
  readonly apiKey: string
  readonly apiKeyToken: string
  readonly secretKey: string
  readonly disabledKey: string
  readonly expiredKey: string
  readonly sessionToken: string
  readonly administratorToken: string
  readonly accessToken: string
  readonly client: TestClient
}

async function spend(tenant: Tenant): Promise<Spent> {
  const { operator, publishableKey, sdk, signedUp } = tenant.environment
  const { secretKeys } = operator
  const [revoked, disabled, expired] = await Promise.all([
    secretKeys.create({ name: 'Spent' }),
    secretKeys.create({ name: 'Disabled' }),
    secretKeys.create({ name: 'Expired', expiresAt: '2020-01-01T00:00:00Z' }),
  ])
  const { cookies, userId } = await signedUp()
  const { secret: apiKey } = await sdk.apiKeys.create({
    apiId: tenant.references.apiId ?? '',
    name: 'Own',
    userId,
  })
  const headers = { 'x-publishable-key': publishableKey }
  const { token: apiKeyToken } = await sdk.apiKeyTokens.exchange(
    { apiKey, lifetimeSeconds: 300 },
    { headers },
  )
  const removed = await administratorOf(server)
  const client = await makeClient(tenant.environment, {
    [await managementApiOf(tenant.environment)]: '*',
  })
  const accessToken = await tokenOf(server, client)
  await Promise.all([
    sdk.applications.update(client.id, { enabled: false }),
    secretKeys.revoke(revoked.secretKey.id),
    secretKeys.disable(disabled.secretKey.id),
    sdk.users.revokeSessions(userId),
    operator.administrators.delete(removed.id),
  ])
  return {
    apiKey,
    apiKeyToken,
    secretKey: revoked.secret,
    disabledKey: disabled.secret,
    expiredKey: expired.secret,
    sessionToken: cookies.get('__session') ?? '',
    administratorToken: removed.sessionToken,
    accessToken,
    client,
  }
}

/** Everything that is no credential for a route of this access, with the status it is refused with. */
function wrongCredentials({ access }: Route, tenant: Tenant): (readonly [string, number, Said])[] {
  if (access.by === 'anyone') return []
  const { environment, sessionToken, accessToken, references } = tenant
  const { secretKey, publishableKey } = environment
  const [header, payload] = sessionToken.split('.')
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  if (access.by === 'application') {
    const kinds = {
      'a secret key': secretKey,
      'an access token': accessToken,
      'a session token': sessionToken,
    }
    return [
      ['no credential', 401, {}],
      ...Object.entries(kinds).map(([label, own]) => [label, 401, { headers: bearer(own) }] as const),
      ['an application that is disabled', 401, { headers: { authorization: basic(spent.client) } }],
    ]
  }
  const own = access.by === 'user' ? sessionToken : secretKey
  const nobody: [string, Said][] = [
    ['no credential', {}],
    ['an empty header', { headers: { authorization: '' } }],
    ['a bearer token that is empty', { headers: { authorization: 'Bearer ' } }],
    ['garbage', { headers: bearer('garbage') }],
    ['two tokens', { headers: bearer(`${own} ${own}`) }],
    ['another scheme', { headers: { authorization: `Basic ${own}` } }],
    ['a mistyped key', { headers: bearer(secretKey.slice(0, -1) + (secretKey.endsWith('0') ? '1' : '0')) }],
    ['an unknown key', { headers: bearer(makeSecret('sk_test_')) }],
    ['an unknown operator token', { headers: bearer(makeSecret('op_')) }],
    ['a revoked key', { headers: bearer(spent.secretKey) }],
    ['a disabled key', { headers: bearer(spent.disabledKey) }],
    ['an expired key', { headers: bearer(spent.expiredKey) }],
    ['a publishable key', { headers: bearer(publishableKey) }],
    ['an invitation token', { headers: bearer(references.token ?? '') }],
    ['a refresh token', { headers: bearer(references.refreshToken ?? '') }],
    ['a key of an API', { headers: bearer(spent.apiKey) }],
    ['the token of a key of an API', { headers: bearer(spent.apiKeyToken) }],
    ['the token of a session that was ended', { headers: bearer(spent.sessionToken) }],
    ['an unsigned session token', { headers: bearer(`${unsigned}.${payload}.`) }],
    ['a session token with an empty signature', { headers: bearer(`${header}.${payload}.`) }],
    ['a token of an application that is disabled', { headers: bearer(spent.accessToken) }],
    ['a client secret', { headers: bearer(tenant.client.secret) }],
    ['a client id with its secret', { headers: { authorization: basic(tenant.client) } }],
    ['a credential in the query', { query: { api_key: own, key: own, token: own, access_token: own } }],
    ['a credential in another header', { headers: { 'x-api-key': own, 'x-auth-token': own } }],
  ]
  if (access.by !== 'portal') {
    nobody.push(
      ['the cookie of a portal', { headers: { cookie: `claviger_portal=${tenant.portalToken}` } }],
      ['what the cookie of a portal carries', { headers: bearer(tenant.portalToken) }],
    )
  }
  if (access.by !== 'user') {
    nobody.push(
      ['a session cookie', { headers: { cookie: `__session=${sessionToken}` } }],
      ['an administrator who was removed', { headers: bearer(spent.administratorToken) }],
    )
  }
  const session: [string, Said] = ['a session token', { headers: bearer(sessionToken) }]
  const key: [string, Said] = ['a secret key', { headers: bearer(secretKey) }]
  const application: [string, Said] = ['an access token', { headers: bearer(accessToken) }]
  const operator: [string, Said] = ['the operator token', { headers: asOperator(tenant) }]
  const administrator: [string, Said] = ['an administrator', { headers: bearer(chief.sessionToken) }]
  const ofOthersThanUsers =
    access.scope === 'administration'
      ? [session, key, application, operator]
      : [key, application, operator, administrator]
  const ofOthers = {
    user: ofOthersThanUsers,
    backend: [session],
    application: [],
    portal: [session, key, application, operator, administrator],
    administrator: [session, key, application],
  }[access.by]
  return [
    ...nobody.map(([label, said]) => [label, 401, said] as const),
    ...ofOthers.map(([label, said]) => [label, 403, said] as const),
  ]
}

/** A refusal as documented: problem details with a code that the contract lists for the route. */
function expectProblem(route: Route, told: Told, label: string) {
  if (route.style === 'oauth') {
    expect(told.contentType, label).toBe('application/json; charset=utf-8')
    const refusal = JSON.parse(told.text)
    expect(errorsOf(route).map(oauthError), label).toContain(refusal.error)
    return refusal
  }
  expect(told.contentType, label).toBe('application/problem+json; charset=utf-8')
  const problem = JSON.parse(told.text)
  expect(problem.message, label).toEqual(expect.any(String))
  expect(
    errorsOf(route).map(({ code }) => code),
    label,
  ).toContain(problem.code)
  return problem
}

function withoutRequestId(told: Told) {
  const { requestId, ...rest } = JSON.parse(told.text)
  expect(requestId).toEqual(expect.any(String))
  return { status: told.status, ...rest }
}

async function countEvents(...tenants: Tenant[]): Promise<number> {
  const ids = tenants.map(({ environment }) => environment.id)
  const { rows } = await server.owner.query(
    'select count(*)::int as n from events where environment_id = any($1)',
    [ids],
  )
  return rows[0].n
}

async function grant(tenant: Tenant, granted: readonly string[]): Promise<void> {
  const { environment } = tenant
  await server.owner.query(
    "update secret_keys set permissions = $1 where environment_id = $2 and name = 'Test' and kind = 'secret'",
    [granted, environment.id],
  )
}

let foreign: Tenant
let shared: Tenant
let spent: Spent
let chief: SignedInAdministrator
let local: SignedInAdministrator
beforeAll(async () => {
  ;[foreign, shared] = await Promise.all([makeTenant(server), makeTenant(server)])
  chief = await administratorOf(server)
  spent = await spend(foreign)
  local = await administratorOf(server, 'tenant_admin', [foreign.environment.projectId])
})

test('the contract names every route once, by its id and by its method and path', () => {
  const names = routes.map(({ id }) => id)
  const places = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`)
  expect(names.length).toBeGreaterThan(50)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(places).size).toBe(places.length)
})

test('something stands for every id that a path, a query or a body of the contract can name', () => {
  for (const route of routes) {
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
    expect(Object.keys(route.params ?? {}).sort(), route.id).toEqual(inPath.sort())
    for (const name of inPath) expect(foreign.params, `${route.id}: ${name}`).toHaveProperty(name)
    for (const name of [...referencesIn(route.body), ...referencesIn(route.query)]) {
      expect(foreign.references, `${route.id}: ${name}`).toHaveProperty(name)
    }
  }
})

describe.each(routes.map((route) => [route.id, route] as const))('%s', (_id, route) => {
  const { access } = route
  let tenant: Tenant
  beforeAll(async () => {
    // Reads leave everything as it is, and a session token lives for a minute.
    const isRead = route.method === 'GET' && access.by !== 'user'
    if (isRead) shared = await shared.refreshed()
    const isForAdministrators = access.by === 'administrator' || access.scope === 'administration'
    tenant = isRead && !isForAdministrators ? shared : await makeTenantFor(route, server)
    await grant(tenant, ['*'])
  })

  if (access.by !== 'anyone') {
    test('refuses every credential but the kind that its access names', async () => {
      const before = await countEvents(tenant)
      for (const [label, status, said] of wrongCredentials(route, tenant)) {
        const told = await say(route, tenant, said)
        expect(told.status, label).toBe(status)
        expectProblem(route, told, label)
      }
      expect(await countEvents(tenant)).toBe(before)
    })
  }

  if (['user', 'portal', 'backend'].includes(access.by) && access.scope === 'environment') {
    test('refuses its credential together with the name of another environment', async () => {
      const { name, publishableKey } = foreign.environment
      for (const header of [{ 'claviger-environment': name }, { 'x-publishable-key': publishableKey }]) {
        const told = await say(route, tenant, { headers: { ...ownCredential(route, tenant), ...header } })
        expect(told.status).toBe(400)
        expect(expectProblem(route, told, 'environment').code).toBe('environment_mismatch')
      }
    })
  }

  if (access.by === 'backend' || access.by === 'administrator') {
    test('refuses a caller that holds every permission but its own', async () => {
      const others = permissions.filter((permission) => permission !== access.permission)
      const refusal = () => checkAccess({ kind: 'administrator', id: 'someone', permissions: others }, access)
      expect(refusal).toThrow(Failure)
      expect(refusal).toThrow(access.permission)
      // No administrator has fewer permissions than all, so over HTTP only keys can show it.
      for (const granted of access.by === 'backend' ? [others, []] : []) {
        await grant(tenant, granted)
        const told = await say(route, tenant, { headers: ownCredential(route, tenant) })
        expect(told.status).toBe(403)
        expect(expectProblem(route, told, 'permission').code).toBe('permission_denied')
      }
      await grant(tenant, ['*'])
    })
  }

  if (access.by === 'backend' || access.by === 'administrator') {
    test('lets an administrator of another project have nothing', async () => {
      const told = await say(route, tenant, { headers: asAdministrator(tenant, local.sessionToken) })
      if (route.id === 'projects.list') {
        const ids = JSON.parse(told.text).projects.map(({ id }: { id: string }) => id)
        return expect(ids).toEqual([foreign.environment.projectId])
      }
      const { code } = expectProblem(route, told, 'tenant_admin')
      const refusals = {
        environment: 'environment_not_found',
        project: 'project_not_found',
        instance: 'permission_denied',
        administration: 'permission_denied',
      }
      expect(code).toBe(refusals[access.scope])
    })
  }

  if (namesSomething(route)) {
    test('answers an id of another environment like one that is unknown', () =>
      expectForeignUnknown(route, tenant))
  }

  if (isList(route)) {
    test('shows nothing of another environment, whatever its query names', () =>
      expectForeignHidden(route, tenant))
  }

  // Last, because it does what the route is for. Without it a route that refuses everyone would pass.
  test('is implemented, and for a caller with its permission alone', async () => {
    // Who manages keys must hold whatever they hold.
    const alone = route.errors.includes(errors.permission_exceeds_own)
      ? '*'
      : access.by === 'backend' && access.permission
    if (alone) await grant(tenant, [alone])
    // Where the operator may, an administrator of the whole instance may: it is the one who asks here.
    const isAskedByPerson = access.by === 'administrator' && !route.errors.includes(errors.operator_required)
    const headers = isAskedByPerson
      ? asAdministrator(tenant, chief.sessionToken)
      : ownCredential(route, tenant)
    const { status, text } = await say(route, tenant, { headers })
    // The example of a sign-in is nobody's account, of a token nobody's API, of a code nobody's code, of a passkey
    // nobody's device; project and user are not deleted, and the project has both environments: refused by the handler.
    const handlerRefuses =
      access.by === 'anyone' ||
      asksForCode(route) ||
      [
        errors.invalid_passkey,
        errors.project_not_deleted,
        errors.environment_exists,
        errors.user_not_deleted,
        errors.access_denied,
      ].some((error) => route.errors.includes(error))
    const ownRefusals = handlerRefuses ? route.errors.map((error) => error.status) : []
    expect([route.status, ...ownRefusals], text).toContain(status)
    if (!isOfInstance(route)) expectNothingForeign(text)
  })
})

/** Every statement names the environment itself, so this wall stands without row-level security behind it. */
describe('with the second wall down', () => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = { ...(await makeTenant(server)), administrator: await makeAdministration(server) }
    await setRowSecurity('disable')
    const seen = await server.database.anywhere.many(statement('select from users', []))
    expect(seen.length).toBeGreaterThan(2)
  })
  afterAll(() => setRowSecurity('enable'))

  const hiding = routes.filter((route) => namesSomething(route) || isList(route))
  test.each(hiding.map((route) => [route.id, route] as const))(
    '%s still tells nothing of another environment',
    async (_id, route) => {
      if (namesSomething(route)) await expectForeignUnknown(route, tenant, [])
      if (isList(route)) await expectForeignHidden(route, tenant)
    },
  )
})

async function setRowSecurity(to: 'enable' | 'disable'): Promise<void> {
  const { rows } = await server.owner.query(
    "select distinct tablename as name from pg_policies where schemaname = 'claviger'",
  )
  expect(rows.length).toBeGreaterThan(10)
  for (const { name } of rows) await server.owner.query(`alter table ${name} ${to} row level security`)
}

/** Texts that are no id are told apart from none before any wall is reached, so one standing suffices for them. */
async function expectForeignUnknown(route: Route, tenant: Tenant, malformed = malformedIds): Promise<void> {
  const headers = ownCredential(route, tenant)
  const before = await countEvents(tenant, foreign)
  for (const name of idParams(route)) {
    const refusal = withoutRequestId(await say(route, tenant, { headers, params: { [name]: newId() } }))
    expect(refusal, name).toMatchObject({ status: 404, code: route.params?.[name]?.code })
    const others = isOfInstance(route) ? malformed : [foreign.params[name] ?? '', ...malformed]
    for (const id of others) {
      const answer = await say(route, tenant, { headers, params: { [name]: id } })
      expect(withoutRequestId(answer), `${name}: ${id}`).toEqual(refusal)
    }
  }
  for (const name of referencesIn(route.body)) {
    const answers = []
    for (const value of [unknownFor(name), foreign.references[name], 'nonsense']) {
      const body = { ...exampleBody(route, tenant), [name]: value }
      answers.push(withoutRequestId(await say(route, tenant, { headers, body })))
    }
    const [refusal, ...others] = answers
    expect([401, 404], name).toContain(refusal?.status)
    for (const answer of others) expect(answer, name).toEqual(refusal)
  }
  expect(await countEvents(tenant, foreign)).toBe(before)
}

async function expectForeignHidden(route: Route, tenant: Tenant): Promise<void> {
  const headers = ownCredential(route, tenant)
  const ask = async (query: Record<string, string>) => {
    const { status, text } = await say(route, tenant, { headers, query })
    expect(status).toBe(200)
    expectNothingForeign(text)
    return JSON.parse(text)
  }
  await ask({})
  const position = `${new Date(Date.now() + 60_000).toISOString()} ${foreign.params.userId}`
  await ask({ after: Buffer.from(position).toString('base64url') })
  for (const name of referencesIn(route.query)) {
    const ofOthers = await ask({ [name]: foreign.references[name] ?? '' })
    expect(ofOthers.total, name).toBe(0)
    expect(ofOthers, name).toEqual(await ask({ [name]: newId() }))
  }
}

function expectNothingForeign(text: string) {
  const ids = Object.values(foreign.params).filter((id) => id.length === newId().length)
  expect(ids.length).toBeGreaterThan(5)
  for (const id of ids) expect(text).not.toContain(id)
}

/** Texts that are no id of anything, though some look like one. */
const malformedIds = [
  'x',
  '0',
  'null',
  'undefined',
  '00000000-0000-0000-0000-000000000000',
  '01890a5d-ac96-774b-bcce-b302099a805',
  '01890a5dac96774bbcceb302099a8057',
  'usr_01890a5dac96774bbcceb302099a805',
  `${newId()} `,
  "'; drop table users; --",
  '../users',
  '\u0000',
  '🔑',
  'a'.repeat(190),
]
