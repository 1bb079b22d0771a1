import type { EnvironmentUpdateBody } from '@claviger/sdk'
import { Claviger } from '@claviger/sdk'
import {
  createTestDatabase,
  goodPassword,
  startTestServer,
  type TestEnvironment,
  testServer,
} from '@claviger/server/testing'
import { afterAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids'

type Settings = EnvironmentUpdateBody['settings']

const server = testServer()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

async function storedSettings({ id }: TestEnvironment): Promise<unknown> {
  const { rows } = await server.owner.query('select settings from environments where id = $1', [id])
  return rows[0].settings
}

/** Signs a new user up from a page of this origin. */
function signUpFrom(environment: TestEnvironment, origin: string, password = goodPassword) {
  const credentials = { email: `${newId()}@example.com`, password }
  return environment.browser().post('/v1/auth/sign-up/email-password', credentials, { origin })
}

/** What the server answers to a browser that asks whether a page of this origin may send. */
async function preflight(origin: string): Promise<string | null> {
  const response = await fetch(`${server.url}/v1/auth/sign-up/email-password`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  })
  return response.headers.get('access-control-allow-origin')
}

const changes: [string, Settings][] = [
  [
    'allowedOrigins',
    { allowedOrigins: ['https://app.example.com', 'https://App.example.com:8443', 'http://a.b:*'] },
  ],
  [
    'passwordPolicy',
    { passwordPolicy: { lengthMin: 12, uppercase: false, lowercase: false, digit: false, symbol: true } },
  ],
  ['sessionLifetimeSeconds', { sessionLifetimeSeconds: 300 }],
  ['signingAlgorithm', { signingAlgorithm: 'RS256' }],
  ['membersPerOrganizationMax', { membersPerOrganizationMax: 20 }],
  ['two of them', { sessionLifetimeSeconds: 31_536_000, membersPerOrganizationMax: null }],
]

test.each(changes)('environment.update changes %s and leaves every other setting', async (_, settings) => {
  const { sdk } = await server.environment()
  const before = await sdk.environment.get()
  server.clock.advance({ seconds: 1 })
  const after = await sdk.environment.update({ settings })
  expect(after).toEqual({
    ...before,
    settings: { ...before.settings, ...settings },
    updatedAt: after.updatedAt,
  })
  expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt))
  expect(await sdk.environment.get()).toEqual(after)
})

test('environment.update stores only what was named, so that a better default reaches the rest', async () => {
  const environment = await server.environment()
  await environment.sdk.environment.update({ settings: { sessionLifetimeSeconds: 300 } })
  await environment.sdk.environment.update({ settings: { membersPerOrganizationMax: null } })
  expect(await storedSettings(environment)).toEqual({
    sessionLifetimeSeconds: 300,
    membersPerOrganizationMax: null,
  })
})

test('environment.update records one change with the environment as answered', async () => {
  const { sdk } = await server.environment()
  const environment = await sdk.environment.update({ settings: { sessionLifetimeSeconds: 300 } })
  const { events, total } = await sdk.events.list()
  expect(total).toBe(1)
  expect(events[0]).toMatchObject({ type: 'environment.updated', data: { environment } })
})

test('environment.update without a setting changes not even the time, and records nothing', async () => {
  const { sdk } = await server.environment()
  const before = await sdk.environment.get()
  server.clock.advance({ seconds: 1 })
  expect(await sdk.environment.update({ settings: {} })).toEqual(before)
  expect(await sdk.environment.get()).toEqual(before)
  expect((await sdk.events.list()).total).toBe(0)
})

test('environment.update loses no setting of several that are changed at once', async () => {
  const { sdk } = await server.environment()
  const settings = {
    allowedOrigins: ['https://app.example.com'],
    sessionLifetimeSeconds: 300,
    signingAlgorithm: 'RS256' as const,
    membersPerOrganizationMax: 7,
  }
  await Promise.all(
    Object.entries(settings).map(([name, value]) => sdk.environment.update({ settings: { [name]: value } })),
  )
  expect((await sdk.environment.get()).settings).toMatchObject(settings)
})

test('environment.update leaves every other environment as it is', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const before = await other.sdk.environment.get()
  await own.sdk.environment.update({ settings: { sessionLifetimeSeconds: 300 } })
  expect(await other.sdk.environment.get()).toEqual(before)
})

const policy = { lengthMin: 10, uppercase: true, lowercase: true, digit: true, symbol: false }

test.each<[string, unknown]>([
  ['an origin without a scheme', { settings: { allowedOrigins: ['app.example.com'] } }],
  ['an origin with a path', { settings: { allowedOrigins: ['https://app.example.com/'] } }],
  ['an origin with a person in it', { settings: { allowedOrigins: ['https://me@app.example.com'] } }],
  ['an origin with a wildcard for a host', { settings: { allowedOrigins: ['https://*.example.com'] } }],
  ['every origin', { settings: { allowedOrigins: ['*'] } }],
  ['the origin of nowhere', { settings: { allowedOrigins: ['null'] } }],
  ['a script for an origin', { settings: { allowedOrigins: ['javascript://x'] } }],
  ['an origin with a line break', { settings: { allowedOrigins: ['https://a.b\nhttps://c.d'] } }],
  ['an origin that is no text', { settings: { allowedOrigins: [1] } }],
  ['more than 100 origins', { settings: { allowedOrigins: Array(101).fill('https://a.b') } }],
  ['origins that are a text', { settings: { allowedOrigins: 'https://a.b' } }],
  ['a part of a password policy', { settings: { passwordPolicy: { lengthMin: 12 } } }],
  ['passwords of seven characters', { settings: { passwordPolicy: { ...policy, lengthMin: 7 } } }],
  ['passwords of 129 characters', { settings: { passwordPolicy: { ...policy, lengthMin: 129 } } }],
  ['a session of less than five minutes', { settings: { sessionLifetimeSeconds: 299 } }],
  ['a session of more than a year', { settings: { sessionLifetimeSeconds: 31_536_001 } }],
  ['a session of a text', { settings: { sessionLifetimeSeconds: '300' } }],
  ['an algorithm that signs nothing', { settings: { signingAlgorithm: 'none' } }],
  ['an algorithm with a shared key', { settings: { signingAlgorithm: 'HS256' } }],
  ['organizations without members', { settings: { membersPerOrganizationMax: 0 } }],
  ['a setting that there is not', { settings: { isAdmin: true } }],
  ['another name', { settings: {}, name: 'live' }],
  ['another project', { settings: {}, projectId: newId() }],
  ['settings that are null', { settings: null }],
  ['a body without settings', {}],
])('environment.update refuses %s, and changes nothing', async (_, body) => {
  const { sdk } = await server.environment()
  const before = await sdk.environment.get()
  await expect(sdk.environment.update(body as EnvironmentUpdateBody)).rejects.toMatchObject({
    status: 400,
    code: 'invalid_request',
  })
  expect(await sdk.environment.get()).toEqual(before)
  expect((await sdk.events.list()).total).toBe(0)
})

test('environment.update of the password policy is in force for the next sign-up', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const origin = 'http://localhost:3000'
  const weak = 'aaaaaaaa'
  expect((await signUpFrom(environment, origin, weak)).status).toBe(400)
  await sdk.environment.update({
    settings: {
      passwordPolicy: { lengthMin: 8, uppercase: false, lowercase: false, digit: false, symbol: false },
    },
  })
  expect((await signUpFrom(environment, origin, weak)).status).toBe(201)
  await sdk.environment.update({ settings: { passwordPolicy: { ...policy, lengthMin: 9 } } })
  const refused = await signUpFrom(environment, origin, weak)
  expect(refused).toMatchObject({ status: 400, body: { code: 'password_too_short' } })
})

test('environment.update of the session lifetime is in force for the next session', async () => {
  const environment = await server.environment()
  const lifetimeSeconds = async () => {
    const { userId } = await environment.signedUp()
    const { sessions } = await environment.sdk.sessions.list({ userId })
    const { createdAt = '', expiresAt = '' } = sessions[0] ?? {}
    return (Date.parse(expiresAt) - Date.parse(createdAt)) / 1_000
  }
  expect(await lifetimeSeconds()).toBe(604_800)
  await environment.sdk.environment.update({ settings: { sessionLifetimeSeconds: 300 } })
  expect(await lifetimeSeconds()).toBe(300)
})

test('environment.update of the allowed origins is in force for the next request of a page', async () => {
  const environment = await server.environment({ name: 'live' })
  const origin = `https://${newId()}.example.com`
  expect(await signUpFrom(environment, origin)).toMatchObject({
    status: 403,
    body: { code: 'origin_not_allowed' },
  })
  expect(await preflight(origin)).toBeNull()

  await environment.sdk.environment.update({ settings: { allowedOrigins: [origin] } })
  const allowed = await signUpFrom(environment, origin)
  expect(allowed.status).toBe(201)
  expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
  expect(await preflight(origin)).toBe(origin)
  expect((await signUpFrom(environment, `${origin}:8443`)).status).toBe(403)

  await environment.sdk.environment.update({ settings: { allowedOrigins: [] } })
  expect((await signUpFrom(environment, origin)).status).toBe(403)
  expect(await preflight(origin)).toBeNull()
})

test('environment.update takes an origin with any port, and one that was written in capitals', async () => {
  const environment = await server.environment({ name: 'live' })
  const [anyPort, capitals] = [`http://${newId()}.example.com`, `https://Shop-${newId()}.Example.com`]
  await environment.sdk.environment.update({ settings: { allowedOrigins: [`${anyPort}:*`, capitals] } })
  const origins = [anyPort, `${anyPort}:3000`, capitals.toLowerCase()]
  for (const origin of origins) {
    expect((await signUpFrom(environment, origin)).status).toBe(201)
    expect(await preflight(origin)).toBe(origin)
  }
  const strangers = [
    `${anyPort}.evil.example`,
    anyPort.replace('http:', 'https:'),
    `${capitals.toLowerCase()}:8443`,
    'null',
  ]
  for (const origin of strangers) {
    expect((await signUpFrom(environment, origin)).status).toBe(403)
    expect(await preflight(origin)).toBeNull()
  }
})

test('environment.update shuts a test environment to the machine of a developer', async () => {
  const environment = await server.environment({ name: 'test' })
  expect((await signUpFrom(environment, 'http://localhost:5173')).status).toBe(201)
  await environment.sdk.environment.update({ settings: { allowedOrigins: [] } })
  expect((await signUpFrom(environment, 'http://localhost:5173')).status).toBe(403)
})

test('environment.update on one node is in force for the next request on every other', async () => {
  const database = await createTestDatabase()
  const one = await startTestServer(database)
  const two = await startTestServer(database, { seal: one.server.seal, clock: one.server.clock })
  ends.push(
    () => database.drop(),
    () => one.stop(),
    () => two.stop(),
  )
  const { sdk, secretKey } = await one.server.environment()
  const elsewhere = new Claviger({ baseUrl: two.server.url, secretKey, maxRetries: 0 })
  expect((await elsewhere.environment.get()).settings.sessionLifetimeSeconds).toBe(604_800)
  for (const sessionLifetimeSeconds of [300, 600]) {
    const updated = await sdk.environment.update({ settings: { sessionLifetimeSeconds } })
    expect(await elsewhere.environment.get()).toEqual(updated)
  }
})
