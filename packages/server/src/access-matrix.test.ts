import { permissions, type Route, routes } from '@claviger/contract'
import { errorsOf } from '@claviger/contract/openapi'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkAccess } from './kernel/access.js'
import { Failure } from './kernel/failure.js'
import { newId } from './kernel/ids.js'
import { makeSecret } from './kernel/secret.js'

/**
 * Who may call what, proved for every route of the contract from the contract itself. A new route is in here
 * without a line of its own; only a new kind of id needs something to stand for it in `makeTenant`.
 */

const server = testServer()

/** An environment with one of everything that an id can name. */
interface Tenant {
  readonly environment: TestEnvironment
  readonly sessionToken: string
  /** What stands in a path, by the name of its parameter. */
  readonly params: Readonly<Record<string, string>>
  /** What names something of the tenant in a body or a query, by the name of its field. */
  readonly references: Readonly<Record<string, string>>
}

async function makeTenant(): Promise<Tenant> {
  const environment = await server.environment()
  const { sdk, operator } = environment
  const owner = await environment.signedUp()
  const { body: session } = await signIn(environment, owner.email)
  const { body: otherSession } = await signIn(environment, owner.email)
  const [member, newcomer] = await Promise.all([sdk.users.create({}), sdk.users.create({})])
  const [organization, other] = await Promise.all([
    sdk.organizations.create({ name: 'Own', slug: 'own', createdBy: owner.userId }),
    sdk.organizations.create({ name: 'Other', slug: 'other' }),
  ])
  await sdk.memberships.create(organization.id, { userId: member.id })
  const [invitation, offer, { secretKey }] = await Promise.all([
    sdk.invitations.create({ email: 'invited@example.com', orgId: organization.id }),
    sdk.invitations.create({ email: owner.email, orgId: other.id }),
    operator.secretKeys.create({ name: 'Another' }),
  ])
  const [projectSlug = '', environmentName = ''] = environment.name.split('/')
  return {
    environment,
    sessionToken: session.sessionToken,
    params: {
      environmentName,
      invitationId: invitation.id,
      organizationId: organization.id,
      projectId: environment.projectId,
      projectSlug,
      secretKeyId: secretKey.id,
      sessionId: otherSession.sessionId,
      userId: member.id,
    },
    references: {
      createdBy: owner.userId,
      orgId: organization.id,
      refreshToken: session.refreshToken,
      token: offer.token,
      userId: newcomer.id,
    },
  }
}

function signIn(environment: TestEnvironment, email: string) {
  const credentials = { email, password: goodPassword }
  return environment.browser().post('/v1/auth/sign-in/email-password', credentials)
}

/** Values of the same look that name nothing anywhere. */
const unknown: Readonly<Record<string, () => string>> = {
  refreshToken: () => `${newId()}.${Buffer.alloc(36).toString('base64url')}`,
  token: () => makeSecret('inv_'),
}
const unknownFor = (name: string) => unknown[name]?.() ?? newId()

type Schema = { properties?: Record<string, object>; examples?: Record<string, unknown>[] }
const isReference = (name: string) => /Id$|^createdBy$|[tT]oken$/.test(name) && name !== 'externalId'
const idParams = (route: Route) => Object.keys(route.params ?? {}).filter((name) => name.endsWith('Id'))
const referencesIn = (schema: object | undefined) =>
  Object.keys((schema as Schema | undefined)?.properties ?? {}).filter(isReference)
const isOfInstance = (route: Route) => route.access.scope === 'instance'

/** The example of the contract, with what it refers to replaced by what the tenant has. */
function bodyOf(route: Route, references: Tenant['references']): Record<string, unknown> | undefined {
  if (!route.body) return undefined
  const body = { ...(route.body as Schema).examples?.[0] }
  for (const name of referencesIn(route.body)) body[name] = references[name]
  return body
}

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
  const params = { ...tenant.params, ...said.params }
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const body = 'body' in said ? said.body : bodyOf(route, tenant.references)
  const response = await fetch(`${server.url}${path}?${new URLSearchParams(said.query)}`, {
    method: route.method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...said.headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  const contentType = response.headers.get('content-type') ?? ''
  return { status: response.status, contentType, text: await response.text() }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The credential that a route is for. */
function ownCredential(route: Route, tenant: Tenant): Record<string, string> {
  switch (route.access.by) {
    case 'anyone':
      return { 'x-publishable-key': tenant.environment.publishableKey }
    case 'user':
      return bearer(tenant.sessionToken)
    case 'backend':
      return bearer(tenant.environment.secretKey)
    case 'administrator':
      return asOperator(tenant)
  }
}

function asOperator(tenant: Tenant) {
  return { ...bearer(server.operatorToken), 'claviger-environment': tenant.environment.name }
}

/** Everything that is no credential for a route of this access, with the status it is refused with. */
async function wrongCredentials(route: Route, tenant: Tenant): Promise<(readonly [string, number, Said])[]> {
  const { environment, sessionToken, references } = tenant
  const { secretKey, publishableKey } = environment
  const { secretKey: revoked, secret: revokedSecret } = await environment.operator.secretKeys.create({
    name: 'Revoked',
  })
  await environment.operator.secretKeys.revoke(revoked.id)
  const { body: ended } = await signIn(environment, (await environment.signedUp()).email)
  await environment.sdk.sessions.revoke(ended.sessionId)
  const [header, payload] = sessionToken.split('.')
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  const own = route.access.by === 'user' ? sessionToken : secretKey
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
    ['a revoked key', { headers: bearer(revokedSecret) }],
    ['a publishable key', { headers: bearer(publishableKey) }],
    ['an invitation token', { headers: bearer(references.token ?? '') }],
    ['a refresh token', { headers: bearer(references.refreshToken ?? '') }],
    ['the token of a session that was ended', { headers: bearer(ended.sessionToken) }],
    ['an unsigned session token', { headers: bearer(`${unsigned}.${payload}.`) }],
    ['a session token with an empty signature', { headers: bearer(`${header}.${payload}.`) }],
    ['a credential in the query', { query: { api_key: own, key: own, token: own, access_token: own } }],
    ['a credential in another header', { headers: { 'x-api-key': own, 'x-auth-token': own } }],
  ]
  const session: [string, Said] = ['a session token', { headers: bearer(sessionToken) }]
  const key: [string, Said] = ['a secret key', { headers: bearer(secretKey) }]
  const operator: [string, Said] = ['the operator token', { headers: asOperator(tenant) }]
  const others = { anyone: [], user: [key, operator], backend: [session], administrator: [session, key] }
  if (route.access.by === 'anyone') return []
  if (route.access.by !== 'user') {
    nobody.push(['a session cookie', { headers: { cookie: `__session=${sessionToken}` } }])
  }
  return [
    ...nobody.map(([label, said]) => [label, 401, said] as const),
    ...others[route.access.by].map(([label, said]) => [label, 403, said] as const),
  ]
}

/** A refusal as documented: problem details with a code that the contract lists for the route. */
function expectProblem(route: Route, told: Told, label: string) {
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
beforeAll(async () => {
  foreign = await makeTenant()
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
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await makeTenant()
  })

  test('refuses every credential but the kind that its access names', async () => {
    const wrong = await wrongCredentials(route, tenant)
    const before = await countEvents(tenant)
    for (const [label, status, said] of wrong) {
      const told = await say(route, tenant, said)
      expect(told.status, label).toBe(status)
      expectProblem(route, told, label)
    }
    expect(await countEvents(tenant)).toBe(before)
  })

  test('refuses a caller that holds every permission but its own', async () => {
    const { access } = route
    if (access.by === 'anyone' || access.by === 'user') return
    const others = permissions.filter((permission) => permission !== access.permission)
    const refusal = () =>
      checkAccess({ kind: 'administrator', id: 'someone', permissions: others }, route.access)
    expect(refusal).toThrow(Failure)
    expect(refusal).toThrow(access.permission)
    if (access.by === 'administrator') return
    for (const granted of [others, []]) {
      await grant(tenant, granted)
      const told = await say(route, tenant, { headers: ownCredential(route, tenant) })
      expect(told.status).toBe(403)
      expect(expectProblem(route, told, 'permission').code).toBe('permission_denied')
    }
    await grant(tenant, ['*'])
  })

  test('answers an id of another environment, or one that cannot exist, as one that is unknown', async () => {
    const headers = ownCredential(route, tenant)
    const before = await countEvents(tenant, foreign)
    for (const name of idParams(route)) {
      const told = await say(route, tenant, { headers, params: { [name]: newId() } })
      const refusal = withoutRequestId(told)
      expect(refusal, name).toMatchObject({ status: 404, code: route.params?.[name]?.code })
      const others = isOfInstance(route) ? malformedIds : [foreign.params[name] ?? '', ...malformedIds]
      for (const id of others) {
        const answer = await say(route, tenant, { headers, params: { [name]: id } })
        expect(withoutRequestId(answer), `${name}: ${id}`).toEqual(refusal)
      }
    }
    for (const name of referencesIn(route.body)) {
      const answers = []
      for (const value of [unknownFor(name), foreign.references[name], 'nonsense']) {
        const body = { ...bodyOf(route, tenant.references), [name]: value }
        answers.push(withoutRequestId(await say(route, tenant, { headers, body })))
      }
      const [refusal, ...others] = answers
      expect([401, 404], name).toContain(refusal?.status)
      for (const answer of others) expect(answer, name).toEqual(refusal)
    }
    expect(await countEvents(tenant, foreign)).toBe(before)
  })

  test('shows nothing of another environment, whatever its query names', async () => {
    if (!route.query || isOfInstance(route)) return
    const headers = ownCredential(route, tenant)
    const cursor = `${new Date(Date.now() + 60_000).toISOString()} ${foreign.params.userId}`
    const queries: Record<string, string>[] = [{ after: Buffer.from(cursor).toString('base64url') }]
    for (const name of referencesIn(route.query)) queries.push({ [name]: foreign.references[name] ?? '' })
    for (const query of queries) {
      const { status, text } = await say(route, tenant, { headers, query })
      expect(status).toBe(200)
      for (const id of Object.values(foreign.params)) if (id.length > 30) expect(text).not.toContain(id)
    }
    for (const name of referencesIn(route.query)) {
      const unknownToo = await say(route, tenant, { headers, query: { [name]: newId() } })
      const ofOthers = await say(route, tenant, {
        headers,
        query: { [name]: foreign.references[name] ?? '' },
      })
      expect(JSON.parse(ofOthers.text), name).toEqual(JSON.parse(unknownToo.text))
      expect(JSON.parse(ofOthers.text).total).toBe(0)
    }
  })

  // Last, because it does what the route is for. Without it a route that is always refused would pass.
  test('is implemented, and its permission alone is enough', async () => {
    const { access } = route
    if (access.by === 'backend') await grant(tenant, [access.permission])
    const { status, text } = await say(route, tenant, { headers: ownCredential(route, tenant) })
    if (access.by === 'anyone') {
      expect(status).toBeLessThan(500)
      expect(text).not.toContain('route_not_found')
    } else {
      expect(text).not.toContain('"errors"')
      expect(status).toBe(route.status)
    }
    if (isOfInstance(route)) return
    for (const id of Object.values(foreign.params)) if (id.length > 30) expect(text).not.toContain(id)
  })
})

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
