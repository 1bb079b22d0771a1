import type { Route } from '@claviger/contract'
import type { TestEnvironment, TestServer } from '@claviger/server/testing'
import { sealPendingToken } from '#slices/sessions'
import { newId } from './kernel/ids.js'
import { instanceEnvironmentId } from './kernel/instance-environment.js'
import { hashSecret, makeSecret } from './kernel/secret.js'
import {
  adminBrowser,
  administratorOf,
  adminPassword,
  forgetLimits,
  operatorOf,
} from './slices/administrators/administration.fixture.js'
import {
  basic,
  makeClient,
  managementApiOf,
  type TestClient,
  tokenOf,
} from './slices/tokens/client.fixture.js'

/** An environment with one of everything that an id can name. */
export interface Tenant {
  readonly environment: TestEnvironment
  readonly operatorToken: string
  readonly sessionToken: string
  /** An application that may do everything here, with its client secret and an access token. */
  readonly client: TestClient
  readonly accessToken: string
  /** What the cookie of an opened portal carries, in which the user manages keys of its own. */
  readonly portalToken: string
  /** The same with a session token that is new, when a minute has gone by. */
  refreshed(): Promise<Tenant>
  /** What stands in a path, by the name of its parameter. */
  readonly params: Readonly<Record<string, string>>
  /** What stands there instead where the path is about the signed-in user. */
  readonly ownParams: Readonly<Record<string, string>>
  /** What names something of the tenant in a body or a query, by the name of its field. */
  readonly references: Readonly<Record<string, string>>
  /** An administrator of the whole instance, where one is asked for. */
  readonly administrator?: Administration | undefined
}

/** An administrator with one of everything that an id can name in the environment of the instance. */
export interface Administration {
  readonly sessionToken: string
  /** The same with a session token that is new. */
  refreshed(): Promise<Administration>
  readonly params: Readonly<Record<string, string>>
}

export async function makeAdministration(server: TestServer): Promise<Administration> {
  await forgetLimits(server)
  const browser = await administratorOf(server)
  const { id, email, sessionToken } = browser
  const elsewhere = adminBrowser(server)
  const { body } = await elsewhere.post('/v1/instance/auth/sign-in', { email, password: adminPassword })
  const [deviceId, passkeyId, other, emails] = await Promise.all([
    insertDevice(server, instanceEnvironmentId, id),
    insertPasskey(server, instanceEnvironmentId, id),
    administratorOf(server, 'tenant_admin'),
    operatorOf(server).instance.listEmails(),
  ])
  const emailId = emails.items[0]?.id ?? ''
  const params = { administratorId: other.id, userId: other.id, deviceId, emailId, passkeyId }
  const made: Administration = {
    sessionToken,
    params: { ...params, sessionId: body.sessionId },
    async refreshed() {
      const { body } = await browser.post('/v1/instance/auth/refresh')
      return { ...made, sessionToken: body.sessionToken }
    },
  }
  return made
}

/** What a route needs to be called: a tenant, and an administrator where the route is one of administrators. */
export async function makeTenantFor(route: Route, server: TestServer): Promise<Tenant> {
  const isForAdministrators = route.access.by === 'administrator' || route.access.scope === 'administration'
  const [tenant, administrator] = await Promise.all([
    makeTenant(server),
    isForAdministrators ? makeAdministration(server) : undefined,
  ])
  return withAdministrator(tenant, administrator)
}

function withAdministrator(tenant: Tenant, administrator: Administration | undefined): Tenant {
  return {
    ...tenant,
    administrator,
    async refreshed() {
      return withAdministrator(await tenant.refreshed(), await administrator?.refreshed())
    },
  }
}

export async function makeTenant(server: TestServer): Promise<Tenant> {
  const { environment: make, operatorToken } = server
  const selfServiceApiKeys = { users: true, organizations: true }
  const environment = await make({ settings: { selfServiceApiKeys } })
  const { sdk, operator } = environment
  const owner = await environment.signedUp()
  const [sessionId, member, newcomer, organization, other, { secretKey }] = await Promise.all([
    insertSession(server, environment.id, owner.userId),
    sdk.users.create({}),
    sdk.users.create({}),
    sdk.organizations.create({ name: 'Own', slug: 'own', createdBy: owner.userId }),
    sdk.organizations.create({ name: 'Other', slug: 'other' }),
    operator.secretKeys.create({ name: 'Another' }),
  ])
  const [invitation, offer, ownedByNewcomer, api, client] = await Promise.all([
    sdk.invitations.create({ email: 'invited@example.com', orgId: organization.id }),
    sdk.invitations.create({ email: owner.email, orgId: other.id }),
    sdk.organizations.create({ name: 'Third', slug: 'third', createdBy: newcomer.id }),
    sdk.apis.create({ name: 'Own', audience: 'https://own.example.com' }),
    managementApiOf(environment).then((id) => makeClient(environment, { [id]: '*' })),
    sdk.memberships.create(organization.id, { userId: member.id }),
  ])
  const [apiKey, ownApiKey, scope] = await Promise.all([
    sdk.apiKeys.create({ apiId: api.id, name: 'Of the organization', organizationId: organization.id }),
    sdk.apiKeys.create({ apiId: api.id, name: 'Of the owner', userId: owner.userId }),
    sdk.apiScopes.create(api.id, { key: 'read:users' }),
    sdk.applications.allowApi(client.id, api.id, { scopes: [] }),
  ])
  const identityProvider = await sdk.identityProviders.create({
    key: 'acme',
    type: 'oidc',
    name: 'Acme',
    issuer: 'http://127.0.0.1:1',
    clientId: 'own',
    clientSecret: 'own',
  })
  const identityId = newId()
  await server.owner.query(
    'insert into user_identities (environment_id, id, provider_id, subject, user_id) values ($1, $2, $3, $4, $5)',
    [environment.id, identityId, identityProvider.id, 'ada', owner.userId],
  )
  await sdk.users.update(owner.userId, { phoneNumber: '+4915100000000' })
  await environment.browser().post('/v1/auth/sign-in/sms-otp', { phoneNumber: '+4915100000000' })
  const [passkeyId, ownPasskeyId] = await Promise.all([
    insertPasskey(server, environment.id, member.id),
    insertPasskey(server, environment.id, owner.userId),
  ])
  // So that the environment is not the last one of its project.
  await operator.environments.create(environment.projectId, { name: 'live' })
  const [deviceId, ownDeviceId] = await Promise.all([
    insertDevice(server, environment.id, member.id),
    insertDevice(server, environment.id, owner.userId),
  ])
  const pendingToken = await server.database.transaction(environment.id, (tx) =>
    sealPendingToken({ ...server, environment }, tx, owner.userId),
  )
  const accessToken = await tokenOf(server, client)
  const portalToken = await insertPortal(server, environment.id, owner.userId)
  const [projectSlug = '', environmentName = ''] = environment.name.split('/')
  const [email] = (await environment.operator.emails.list()).items
  const [textMessage] = (await environment.operator.textMessages.list()).items
  const tenant: Tenant = {
    environment,
    operatorToken,
    sessionToken: owner.cookies.get('__session') ?? '',
    client,
    accessToken,
    portalToken,
    params: {
      apiId: api.id,
      applicationId: client.id,
      environmentId: environment.id,
      apiKeyId: apiKey.apiKey.id,
      administratorId: newId(),
      deviceId,
      environmentName,
      emailId: email?.id ?? '',
      identityId,
      identityProviderId: identityProvider.id,
      invitationId: invitation.id,
      organizationId: organization.id,
      passkeyId,
      projectId: environment.projectId,
      projectSlug,
      provider: identityProvider.key,
      scopeId: scope.id,
      secretKeyId: secretKey.id,
      sessionId,
      textMessageId: textMessage?.id ?? '',
      userId: member.id,
    },
    ownParams: { apiKeyId: ownApiKey.apiKey.id, deviceId: ownDeviceId, passkeyId: ownPasskeyId },
    references: {
      apiId: api.id,
      createdBy: owner.userId,
      orgId: organization.id,
      organizationId: ownedByNewcomer.id,
      pendingToken,
      refreshToken: owner.cookies.get('__client') ?? '',
      token: offer.token,
      userId: newcomer.id,
    },
    async refreshed() {
      const { body } = await owner.post('/v1/auth/sessions/refresh')
      const references = { ...tenant.references, refreshToken: body.refreshToken }
      return { ...tenant, references, sessionToken: body.sessionToken }
    },
  }
  return tenant
}

/** A passkey without a device behind it: registering one is not what stands for it here. */
async function insertPasskey({ owner }: TestServer, environmentId: string, userId: string): Promise<string> {
  const id = newId()
  await owner.query(
    `insert into passkeys (environment_id, id, user_id, name, credential_id, public_key, sign_count, transports,
                           aaguid, device_type, backed_up)
     values ($1, $2, $3, 'Own', uuid_send($2), '', 0, '{}', $2, 'singleDevice', false)`,
    [environmentId, id, userId],
  )
  return id
}

/** A device that nobody signed in on: its sessions are not what it stands for here. */
async function insertDevice({ owner }: TestServer, environmentId: string, userId: string): Promise<string> {
  const id = newId()
  await owner.query(
    `insert into devices (environment_id, id, user_id, token_hash) values ($1, $2, $3, sha256(uuid_send($2)))`,
    [environmentId, id, userId],
  )
  return id
}

/** A session beside the one that somebody signed in to, without the work of checking a password. */
async function insertSession(
  { owner, clock }: TestServer,
  environmentId: string,
  userId: string,
): Promise<string> {
  const id = newId()
  const [now, end] = [0, 86_400_000].map((laterMs) => new Date(clock.now() + laterMs).toISOString())
  await owner.query(
    `insert into sessions (environment_id, id, user_id, created_at, refreshed_at, expires_at)
     values ($1, $2, $3, $4, $4, $5)`,
    [environmentId, id, userId, now, end],
  )
  return id
}

/** A portal that is open: which link opened it is not what it stands for here. */
async function insertPortal(
  { owner, clock }: TestServer,
  environmentId: string,
  userId: string,
): Promise<string> {
  const token = makeSecret('ps_')
  const endsAt = new Date(clock.now() + 3_600_000)
  await owner.query(
    `insert into portal_links (environment_id, id, user_id, page, token_hash, expires_at, session_hash,
                               session_expires_at)
     values ($1, $2, $3, 'api_keys', $4, now(), $4, $5)`,
    [environmentId, newId(), userId, hashSecret(token), endsAt],
  )
  return token
}

/** The credential that a route is for. */
export function ownCredential({ access }: Route, tenant: Tenant): Record<string, string> {
  switch (access.by) {
    case 'anyone':
      return { 'x-publishable-key': tenant.environment.publishableKey }
    case 'user':
      return bearer(ofAdministrator(access, tenant)?.sessionToken ?? tenant.sessionToken)
    case 'backend':
      return bearer(tenant.environment.secretKey)
    case 'application':
      return { authorization: basic(tenant.client) }
    case 'portal':
      return { cookie: `claviger_portal=${tenant.portalToken}` }
    case 'administrator':
      return asOperator(tenant)
  }
}

function ofAdministrator({ scope }: Route['access'], { administrator }: Tenant): Administration | undefined {
  return scope === 'administration' ? administrator : undefined
}

export function asOperator(tenant: Tenant): Record<string, string> {
  return { ...bearer(tenant.operatorToken), 'claviger-environment': tenant.environment.name }
}

export function asAdministrator(tenant: Tenant, sessionToken: string): Record<string, string> {
  return { ...bearer(sessionToken), 'claviger-environment': tenant.environment.name }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** The path of a route with the ids of the tenant, or with others in their place. */
export function pathOf(route: Route, tenant: Tenant, others: Readonly<Record<string, string>> = {}): string {
  // In an organization even a user is concerned with what is not its own.
  const isForUsers = route.access.by === 'user' || route.access.by === 'portal'
  const isAboutSelf = isForUsers && !('organizationId' in (route.params ?? {}))
  const own = isAboutSelf ? tenant.ownParams : {}
  const params = { ...tenant.params, ...own, ...ofAdministrator(route.access, tenant)?.params, ...others }
  return route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

/** The body that the contract shows, with what it refers to replaced by what the tenant has. */
export function exampleBody(route: Route, tenant: Tenant): Record<string, unknown> | undefined {
  const { body } = route
  if (!body) return undefined
  const [example] = (body as { examples?: Record<string, unknown>[] }).examples ?? []
  return { ...withReferences(body, example, tenant), ...confirmation(route, tenant) }
}

/** What an example refers to, also in the items of its lists, as the tenant has it. */
function withReferences(
  schema: object,
  example: Record<string, unknown> = {},
  tenant: Tenant,
): Record<string, unknown> {
  const references = referencesIn(schema).map((name) => [name, tenant.references[name]])
  const { properties = {} } = schema as { properties?: Record<string, { items?: object }> }
  const lists = Object.entries(properties).flatMap(([name, { items }]): [string, unknown][] => {
    const listed = example[name]
    if (name === 'allow') return [[name, [tenant.params.applicationId]]]
    if (!items || !('properties' in items) || !Array.isArray(listed)) return []
    return [[name, listed.map((item) => withReferences(items, item, tenant))]]
  })
  return { ...example, ...Object.fromEntries(references), ...Object.fromEntries(lists) }
}

/** What is removed for good is confirmed by its name. */
function confirmation({ body, params }: Route, { environment }: Tenant): { confirm?: string | undefined } {
  if (!('confirm' in ((body as { properties?: object } | undefined)?.properties ?? {}))) return {}
  return { confirm: params && 'environmentId' in params ? environment.name : environment.name.split('/')[0] }
}

/** The fields of a body or a query that name something. */
export function referencesIn(schema: object | undefined): string[] {
  const { properties } = (schema ?? {}) as { properties?: Record<string, object> }
  return Object.keys(properties ?? {}).filter((name) => {
    return /Id$|^createdBy$|[tT]oken$/.test(name) && !['externalId', 'clientId', 'setupToken'].includes(name)
  })
}
