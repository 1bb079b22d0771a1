import { randomUUID } from 'node:crypto'
import { testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeSecret } from '#kernel/secret'
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

function remember(label: string, secret: string | null | undefined) {
  if (!secret || secret.length < 10) throw new Error(`The story has no ${label}.`)
  secrets.set(label, secret)
}

const misspelt = (secret: string) => secret.split('').reverse().join('')

async function ask(method: string, path: string, headers: Record<string, string>, body?: string) {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  })
  return { status: response.status, text: await response.text() }
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
    create trigger refuse before insert on sessions execute function refuse()`)
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
  await server.owner.query('drop function refuse cascade')
  expect(faults.map(({ status }) => status)).toEqual([500, 500, 500])

  await sdk.signingKeys.rotate()
  await bob.post('/v1/auth/sign-out')
})

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
