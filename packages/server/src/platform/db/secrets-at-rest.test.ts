import { randomUUID } from 'node:crypto'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { hashSecret, makeSecret } from '#kernel/secret'
import { createLogger } from '#platform/log/log'
import { createBrowser } from '../../../testing/browser.js'

/**
 * Everything secret that a day brings, searched for in everything that is written down: a dump of the
 * database, the log and the metrics. Whoever steals one of them must not be able to act as anyone.
 */

const server = testServer()

/** What must not be found, by what it is. */
const secrets = new Map<string, string>()
/** What would be found if the search did not work. */
let visible: string
/** The events of the environment, and everything that was answered to requests that were refused. */
let events: string
let refusals = ''

function remember(label: string, secret: string | null | undefined) {
  if (!secret || secret.length < 10) throw new Error(`The story has no ${label}.`)
  secrets.set(label, secret)
}

const misspelt = (secret: string) => secret.split('').reverse().join('')

async function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | URLSearchParams,
) {
  const type = body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json'
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': type, ...headers },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  // Whoever asks for what there is not is shown the address that it asked for.
  const told = text.replaceAll(path.slice(0, 200), '')
  if (!response.ok) refusals += `${JSON.stringify([...response.headers])} ${told}\n`
  return { status: response.status, text }
}

beforeAll(async () => {
  const environment = await server.environment()
  const { sdk, operator, browser } = environment
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  visible = `visible-${randomUUID()}`

  remember('the key of a backend', environment.secretKey)
  remember('the token of the operator', server.operatorToken)
  const { secret, secretKey } = await operator.secretKeys.create({ name: 'A key through the API' })
  remember('a key made through the API', secret)
  const rotated = await operator.secretKeys.rotate(secretKey.id, {}, { idempotencyKey: randomUUID() })
  remember('a key that replaced another', rotated.secret)

  const passwords = ['first', 'second', 'third', 'wrong'].map((name) => `A1-${randomUUID()}-${name}`)
  const [first = '', second = '', third = '', wrong = ''] = passwords
  for (const [i, password] of passwords.entries()) remember(`password ${i}`, password)
  const ada = browser()
  const email = `${visible}@example.com`
  await ada.post('/v1/auth/sign-up/email-password', { email, password: first })
  await sdk.users.create({ email: 'made@example.com', password: second })
  await browser().post('/v1/auth/sign-in/email-password', { email: 'made@example.com', password: second })
  await browser().post('/v1/auth/sign-in/email-password', { email, password: wrong })
  await browser().post('/v1/auth/sign-up/email-password', { email, password: third })
  await browser().post('/v1/auth/sign-up/email-password', {
    email: 'no address',
    password: third,
    extra: third,
  })
  await ask('POST', '/v1/auth/sign-in/email-password', {}, `{"email":"${email}","password":"${third}"`)

  const remembered = (label: string, cookies: Map<string, string>) => {
    remember(`the session token ${label}`, cookies.get('__session'))
    // What is before it is the id of the session, which is no secret.
    remember(`the MAC of the refresh token ${label}`, cookies.get('__client')?.split('.')[1])
  }
  remembered('of the sign-up', ada.cookies)
  server.clock.advance({ seconds: 30 })
  const used = ada.cookies.get('__client')
  await ada.post('/v1/auth/sessions/refresh')
  remembered('of the refresh', ada.cookies)
  await browser().post('/v1/auth/sessions/refresh', { refreshToken: used })

  const bob = await environment.signedUp()
  remembered('of another user', bob.cookies)
  const { body: made } = await bob.post('/v1/orgs', { name: 'Acme', slug: 'acme' })
  const organizationId = made.organization.id
  const idempotencyKey = `key-of-the-caller-${randomUUID()}`
  remember('an idempotency key', idempotencyKey)
  const invite = JSON.stringify({ email: 'invited@example.com', orgId: organizationId })
  const idempotent = { ...bearer(environment.secretKey), 'idempotency-key': idempotencyKey }
  for (let i = 0; i < 2; i++) {
    const { text } = await ask('POST', '/v1/admin/invitations', idempotent, invite)
    remember('the token of an invitation', JSON.parse(text).invitation.token)
  }
  const eve = await environment.signedUp()
  await bob.post(`/v1/orgs/${organizationId}/invitations`, { email: eve.email })
  const [offer] = (await operator.emails.list({ to: eve.email })).items
  const token = /#token=(\w+)/.exec((await operator.emails.get(offer?.id ?? '')).text ?? '')?.[1]
  remember('the token of an accepted invitation', token)
  await eve.post('/v1/orgs/invitations/accept', { token })
  await eve.post('/v1/orgs/invitations/accept', { token })

  const phoneNumber = '+4915112345678'
  await sdk.users.create({ phoneNumber })
  await browser().post('/v1/auth/sign-in/sms-otp', { phoneNumber })
  const [message] = (await operator.textMessages.list()).items
  remember('a code by SMS', (await operator.textMessages.get(message?.id ?? '')).body?.slice(0, 21))
  await server.deliverTextMessages()

  await useKeysOfCustomers(environment, idempotent)

  remember('the setup token', server.setupToken)
  const administrator = createBrowser(server.url)
  const setup = { email: 'admin@example.com', password: third, name: 'Ada', setupToken: server.setupToken }
  const guess = await administrator.post('/v1/instance/setup', {
    ...setup,
    setupToken: misspelt(server.setupToken),
  })
  const { status } = await administrator.post('/v1/instance/setup', setup)
  expect([guess.status, status]).toEqual([401, 201])
  remember('the session token of an administrator', administrator.cookies.get('claviger_admin'))
  remember(
    'the MAC of the refresh token of an administrator',
    administrator.cookies.get('claviger_admin_refresh')?.split('.')[1],
  )
  remember('the token of a device of an administrator', administrator.cookies.get('claviger_admin_device'))
  const recovery = await operator.administrators.recover({ email: 'admin@example.com' })
  remember('the link of the operator', recovery.url.split('#token=')[1])
  await operator.administrators.create({ email: 'invited@example.com', role: 'instance_admin' })
  const [invited] = (await operator.instance.listEmails({ to: 'invited@example.com' })).items
  const { text: mail } = await operator.instance.getEmail(invited?.id ?? '')
  remember('the token of an invitation to administer', /#token=(\w+)/.exec(mail ?? '')?.[1])

  // What was sent to the wrong place is as secret as what was sent to the right one.
  const misplaced = makeSecret('sk_live_')
  remember('a key that was sent to the wrong places', misplaced)
  await ask('GET', `/v1/admin/users?api_key=${misplaced}&search=${misplaced}&limit=0`, idempotent)
  await ask('GET', `/v1/admin/users?search=${misplaced}`, bearer(environment.secretKey))
  await ask('GET', `/v1/admin/users/${misplaced}`, bearer(environment.secretKey))
  await ask('GET', `/${misplaced}?key=${misplaced}`, {})
  await ask('GET', '/v1/me', { ...bearer(misplaced), cookie: `__session=${misplaced}` })
  await ask('GET', '/v1/me', { 'x-publishable-key': misplaced, 'claviger-environment': misplaced })
  await ask('POST', '/v1/admin/users', bearer(environment.secretKey), `{"${misplaced}":"${misplaced}"}`)

  // A fault of the server while it has all of that in its hands.
  await server.owner.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'A fault.'; end $$;
    create trigger refuse before insert on users execute function refuse();
    create trigger refuse before insert on sessions execute function refuse();
    create trigger refuse before insert on api_keys execute function refuse();
    create trigger refuse before update on applications execute function refuse()`)
  const faults = [
    await ask('POST', '/v1/admin/users', idempotent, JSON.stringify({ password: third })),
    await ask(
      'POST',
      '/v1/auth/sign-up/email-password',
      { 'x-publishable-key': environment.publishableKey },
      JSON.stringify({ email: 'fault@example.com', password: third }),
    ),
    await ask(
      'POST',
      '/v1/auth/sign-in/email-password',
      { 'x-publishable-key': environment.publishableKey },
      JSON.stringify({ email: 'made@example.com', password: second }),
    ),
  ]
  const [application] = (await sdk.applications.list()).items
  const [api] = (await sdk.apis.list({ isManagement: false })).items
  const newKey = JSON.stringify({ apiId: api?.id, name: misplaced, metadata: { [misplaced]: misplaced } })
  faults.push(
    await ask('POST', '/v1/admin/api-keys', bearer(environment.secretKey), newKey),
    await ask('POST', `/v1/admin/applications/${application?.id}/rotate-secret`, idempotent, '{}'),
  )
  await server.owner.query('drop function refuse cascade')
  expect(faults.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500])

  await sdk.signingKeys.rotate()
  await bob.post('/v1/auth/sign-out')
  const all = { limitMax: 1_000 }
  events = JSON.stringify([
    await sdk.events.list().toArray(all),
    await operator.instanceEvents.list().toArray(all),
  ])
})

/** Keys that customers call with, and the applications that verify them, from the first to the last day of each. */
async function useKeysOfCustomers(
  { sdk, secretKey, publishableKey, browser }: TestEnvironment,
  idempotent: Record<string, string>,
): Promise<void> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const { id: apiId } = await sdk.apis.create({ name: 'Weather', audience: 'https://weather.example.com' })
  await sdk.apiScopes.create(apiId, { key: 'read:forecasts' })
  const made = await ask('POST', '/v1/admin/api-keys', idempotent, JSON.stringify({ apiId, name: 'Mine' }))
  const { apiKey, secret: key } = JSON.parse(made.text)
  remember('the key of a customer', key)
  const { secret: rotated } = await sdk.apiKeys.rotate(apiKey.id, { overlapSeconds: 60 })
  remember('a key of a customer that replaced another', rotated)
  const imported = `k_elsewhere_${randomUUID()}`
  remember('a key that was taken over by its hash', imported)
  const sha256 = hashSecret(imported).toString('hex')
  await sdk.apiKeys.import({ apiKeys: [{ apiId, name: 'Theirs', sha256 }] })

  await sdk.environment.update({ settings: { selfServiceApiKeys: { users: true, organizations: false } } })
  const { id: userId } = await sdk.users.create({})
  const link = JSON.stringify({ userId, page: 'api_keys' })
  const linked = await ask('POST', '/v1/admin/portal-links', idempotent, link)
  const linkToken = /#token=(\w+)/.exec(JSON.parse(linked.text).portalLink.url)?.[1]
  remember('the token of a portal link', linkToken)
  const person = browser()
  await person.post('/v1/portal/session', { token: linkToken })
  remember('the cookie of a portal', person.cookies.get('claviger_portal'))

  const [management] = (await sdk.apis.list({ isManagement: true })).items
  const { application, clientSecret } = await sdk.applications.create({ name: 'Gateway' })
  await sdk.applications.allowApi(application.id, management?.id ?? '', { scopes: '*' })
  remember('a client secret', clientSecret)
  const next = await sdk.applications.rotateSecret(application.id)
  remember('a client secret that replaced another', next.clientSecret)
  const tokenOf = async (client_secret: string) => {
    const form = {
      grant_type: 'client_credentials',
      audience: 'http://claviger.test/api',
      client_id: application.id,
      client_secret,
    }
    return ask('POST', '/oauth2/token', {}, new URLSearchParams(form))
  }
  const token: string = JSON.parse((await tokenOf(next.clientSecret)).text).access_token
  // What is before its signature is no secret, and in part the same for all of them.
  remember('the signature of an access token', token.split('.')[2])
  expect((await tokenOf(misspelt(clientSecret))).status).toBe(401)

  for (const verified of [key, rotated, imported, misspelt(key)]) {
    const { status } = await ask(
      'POST',
      '/api/v1/api_keys/verify',
      bearer(token),
      JSON.stringify({ api_key: verified }),
    )
    expect(status).toBe(200)
    await ask(
      'POST',
      '/v1/admin/api-keys/verify',
      bearer(secretKey),
      JSON.stringify({ apiKey: verified, scopes: ['read:forecasts'] }),
    )
  }
  const exchange = (apiKey: string) =>
    ask('POST', '/v1/api-keys/token', { 'x-publishable-key': publishableKey }, JSON.stringify({ apiKey }))
  const exchanged: string = JSON.parse((await exchange(rotated)).text).token
  remember('the signature of a token that a key was exchanged for', exchanged.split('.')[2])
  await exchange(misspelt(rotated))
  await exchange(exchanged)

  // Each of them where another one belongs.
  for (const misused of [key, clientSecret, token, exchanged]) {
    await ask('GET', `/api/v1/api_keys?status=${misused}&starting_after=${misused}`, bearer(misused))
    await ask('GET', `/api/v1/api_keys/${misused}`, bearer(token))
    await ask(
      'POST',
      '/api/v1/api_keys/verify',
      bearer(misspelt(misused)),
      JSON.stringify({ api_key: misused }),
    )
    await ask('POST', '/api/v1/api_keys', bearer(token), `{"name":{"${misused}":1},"api_id":"${misused}"`)
    await ask('POST', '/v1/admin/api-keys/verify', bearer(secretKey), JSON.stringify({ key: misused }))
    const introspected = new URLSearchParams({ token: misused, client_id: misused, client_secret: misused })
    await ask('POST', '/oauth2/introspect', {}, introspected)
    await tokenOf(misused)
  }
  const client = { client_id: application.id, client_secret: next.clientSecret }
  const { status } = await ask('POST', '/oauth2/revoke', {}, new URLSearchParams({ token, ...client }))
  expect(status).toBe(200)
  await ask('GET', '/api/v1/api_keys', bearer(token))
  await sdk.apiKeys.revoke(apiKey.id, { reason: 'Over' })
}

/** The parts of a secret, long enough to be no accident, as a column or a line may spell them. */
function spellings(secret: string): string[] {
  // Parts of a multiple of three characters are found in the base64 of the whole, too.
  const parts = secret.match(/.{21}/g) ?? [secret]
  return parts.flatMap((part) => {
    const bytes = Buffer.from(part)
    return [
      part,
      bytes.toString('hex'),
      bytes.toString('base64').replace(/=+$/, ''),
      encodeURIComponent(part),
    ]
  })
}

function found(haystack: string): string[] {
  const isIn = ([, secret]: [string, string]) => spellings(secret).some((it) => haystack.includes(it))
  return [...secrets].filter(isIn).map(([label]) => label)
}

describe('nothing secret can be read', () => {
  test('from the database, in any column of any table', async () => {
    const { rows: tables } = await server.owner.query(`
      select c.oid::regclass::text as name from pg_class c
      where c.relkind in ('r', 'p', 'm')
        and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`)
    expect(tables.length).toBeGreaterThan(15)
    let dump = ''
    for (const { name } of tables) {
      const { rows } = await server.owner.query(`select t::text as text from ${name} t`)
      for (const { text } of rows) dump += `${name} ${text}\n`
    }
    expect(dump).toContain(visible)
    expect(found(dump)).toEqual([])
  })

  test('from the database, of keys that sign or make tokens, without the master key', async () => {
    const { rows } = await server.owner.query(`
      select private_key_sealed as sealed, environment_id,
             'signing-key/' || environment_id || '/' || id as context
      from signing_keys
      union all select sealed, environment_id, 'environment-secret/' || environment_id || '/' || purpose
      from environment_secrets`)
    expect(rows.length).toBeGreaterThan(2)
    for (const { sealed, context } of rows) {
      const opened = server.seal.open(sealed, context)
      expect(opened.length).toBeGreaterThanOrEqual(32)
      expect(sealed.includes(opened)).toBe(false)
      expect(() => server.seal.open(sealed, `${context}x`)).toThrow()
    }
    const { rows: jwks } = await server.owner.query('select public_jwk from signing_keys')
    for (const { public_jwk } of jwks) expect(Object.keys(public_jwk)).not.toContain('d')
  })

  test('from the database, of a password: what is kept is Argon2id with a salt of its own', async () => {
    const { rows } = await server.owner.query('select hash from user_passwords')
    expect(rows.length).toBeGreaterThan(3)
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length)
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('from the log, whatever was asked and whatever failed', () => {
    const log = server.log.join('')
    expect(log).toContain('"operation":"authentication.signIn"')
    expect(log).toContain('A request failed for a reason that nobody foresaw.')
    expect(found(log)).toEqual([])
    expect(log).not.toContain(visible)
    expect(log).not.toContain('example.com')
  })

  test('from events, and from what is answered to a request that is refused', () => {
    expect(events).toContain('api_key.rotated')
    expect(events).toContain('application.secret_rotated')
    expect(found(events)).toEqual([])
    expect(refusals).toContain('INVALID_CREDENTIALS')
    expect(refusals).toContain('invalid_client')
    // Among them is the name of a field that was none, which is a mistake to be shown.
    expect(found(refusals)).toEqual(['a key that was sent to the wrong places'])
  })

  test('from the metrics and the document that describes the API', async () => {
    for (const path of ['/metrics', '/openapi.json', '/health', '/readyz']) {
      const { status, text } = await ask('GET', path, {})
      expect([status, found(text)], path).toEqual([200, []])
    }
  })
})

test('a logger that is handed a secret by its name leaves it out', () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line: string) => lines.push(line) })
  const hidden = `hidden-${randomUUID()}`
  for (const name of [
    'authorization',
    'cookie',
    'password',
    'secret',
    'token',
    'refreshToken',
    'sessionToken',
    'set-cookie',
  ]) {
    logger.info({
      [name]: hidden,
      headers: { [name]: hidden },
      request: { headers: { [name]: hidden } },
      kept: name,
    })
  }
  expect(lines).toHaveLength(8)
  expect(lines.join('')).not.toContain(hidden)
  expect(lines[0]).toContain('"kept":"authorization"')
})
