import { randomUUID } from 'node:crypto'
import { BadRequestError } from '@claviger/sdk'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { expect, test } from 'vitest'

const server = testServer()
const hashed = await bcrypt(goodPassword, { cost: 4 })

const hashOf = async (userId: string) =>
  (await server.owner.query('select hash from user_passwords where user_id = $1', [userId])).rows[0]?.hash
const eventTypes = async ({ sdk }: TestEnvironment) =>
  (await sdk.events.list({ limit: 100 })).events.map(({ type }) => type)
const signIn = ({ browser }: TestEnvironment, email: string, password: string) =>
  browser().post('/v1/auth/sign-in/email-password', { email, password })

const ada = {
  externalId: 'auth0|1',
  email: 'Ada@example.com',
  emailVerified: true,
  phoneNumber: '+905321234567',
  username: 'ada',
  passwordHash: hashed,
  createdAt: '2020-02-29T12:00:00+02:00',
  publicMetadata: { tier: 'gold', n: 1.5 },
  privateMetadata: { note: '=cmd()' },
  unsafeMetadata: { theme: 'dark' },
}

test('imports.users creates users as they were, each with its event', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const banned = { externalId: 'auth0|2', isBanned: true, banReason: 'Spam' }
  const answer = await sdk.imports.users({ users: [ada, banned] })
  expect(answer).toEqual({
    dryRun: false,
    counts: { created: 2, updated: 0, unchanged: 0, failed: 0 },
    results: [
      {
        index: 0,
        externalId: 'auth0|1',
        outcome: 'created',
        userId: expect.any(String),
        code: null,
        detail: null,
      },
      {
        index: 1,
        externalId: 'auth0|2',
        outcome: 'created',
        userId: expect.any(String),
        code: null,
        detail: null,
      },
    ],
  })
  const user = await sdk.users.get(answer.results[0]?.userId ?? '')
  expect(user).toMatchObject({
    externalId: 'auth0|1',
    username: 'ada',
    phoneNumber: '+905321234567',
    emails: [{ email: 'Ada@example.com', isPrimary: true, isVerified: true }],
    createdAt: '2020-02-29T10:00:00.000Z',
    publicMetadata: { tier: 'gold', n: 1.5 },
    privateMetadata: { note: '=cmd()' },
    unsafeMetadata: { theme: 'dark' },
  })
  const other = await sdk.users.get(answer.results[1]?.userId ?? '')
  expect(other).toMatchObject({ isBanned: true, banReason: 'Spam', emails: [] })
  const { events } = await sdk.events.list({ type: 'user.created' })
  expect(events.map(({ data }) => data.user)).toEqual(expect.arrayContaining([user, other]))
  expect(await hashOf(user.id)).toBe(hashed)
})

test('imports.users changes nothing when it is repeated, and then only what differs', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const users = [ada, { externalId: 'auth0|2', email: 'bob@example.com' }]
  const first = await sdk.imports.users({ users })
  const before = await sdk.users.list()
  const again = await sdk.imports.users({ users })
  expect(again.counts).toEqual({ created: 0, updated: 0, unchanged: 2, failed: 0 })
  expect(again.results.map(({ userId }) => userId)).toEqual(first.results.map(({ userId }) => userId))
  expect(await sdk.users.list()).toMatchObject({ users: before.users, total: 2 })
  expect(await eventTypes(environment)).toHaveLength(2)

  const changed = { ...ada, username: 'lovelace', unsafeMetadata: {}, createdAt: '2019-01-01T00:00:00Z' }
  expect((await sdk.imports.users({ users: [changed, users[1] as typeof ada] })).counts).toMatchObject({
    updated: 1,
    unchanged: 1,
  })
  const user = await sdk.users.get(first.results[0]?.userId ?? '')
  expect(user).toMatchObject({
    username: 'lovelace',
    unsafeMetadata: {},
    publicMetadata: { tier: 'gold' },
    createdAt: '2019-01-01T00:00:00.000Z',
  })
  expect(await eventTypes(environment)).toEqual(['user.updated', 'user.created', 'user.created'])
})

test('imports.users takes back nothing that is newer here', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const { results } = await sdk.imports.users({ users: [ada] })
  const userId = results[0]?.userId as string
  expect((await signIn(environment, 'ada@example.com', goodPassword)).status).toBe(200)
  const upgraded = await hashOf(userId)
  expect(upgraded).toMatch(/^\$argon2id\$/)
  await sdk.users.ban(userId)
  const { counts } = await sdk.imports.users({
    users: [
      { ...ada, emailVerified: false, isBanned: false, passwordHash: await bcrypt('another', { cost: 4 }) },
    ],
  })
  expect(counts).toMatchObject({ unchanged: 1 })
  expect(await hashOf(userId)).toBe(upgraded)
  expect(await sdk.users.get(userId)).toMatchObject({ isBanned: true, emails: [{ isVerified: true }] })
})

test('imports.users replaces a hash that nobody has signed in with, and adds one where there was none', async () => {
  const environment = await server.environment()
  const email = 'ada@example.com'
  const importing = (user: object) =>
    environment.sdk.imports.users({ users: [{ externalId: '1', email, ...user }] })
  await importing({})
  expect((await signIn(environment, email, goodPassword)).status).toBe(401)
  expect((await importing({ passwordHash: await bcrypt('another', { cost: 4 }) })).counts.updated).toBe(1)
  expect((await importing({ passwordHash: hashed })).counts.updated).toBe(1)
  expect((await signIn(environment, email, goodPassword)).status).toBe(200)
})

test('imports.users hashes a password that is given as it is, once', async () => {
  const environment = await server.environment()
  const users = [{ externalId: '1', email: 'ada@example.com', password: 'short' }]
  const { results } = await environment.sdk.imports.users({ users })
  const hash = await hashOf(results[0]?.userId ?? '')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456/)
  expect((await environment.sdk.imports.users({ users })).counts.unchanged).toBe(1)
  expect(await hashOf(results[0]?.userId ?? '')).toBe(hash)
  expect((await signIn(environment, 'ada@example.com', 'short')).status).toBe(200)
})

test('imports.users moves a user to its new address, also to one that it had beside the old one', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const importing = async (user: object) =>
    (await sdk.imports.users({ users: [{ externalId: '1', ...user }] })).results
  const [made] = await importing({ email: 'old@example.com', emailVerified: true })
  const userId = made?.userId ?? ''
  expect(await importing({ email: 'OLD@example.com' })).toMatchObject([{ outcome: 'unchanged' }])
  expect(await importing({ email: 'new@example.com' })).toMatchObject([{ outcome: 'updated' }])
  expect((await sdk.users.get(userId)).emails).toEqual([
    { email: 'new@example.com', isPrimary: true, isVerified: false },
  ])
  await server.owner.query(
    `insert into user_emails (environment_id, user_id, email, is_primary, verified_at)
     values ($1, $2, 'second@example.com', false, now())`,
    [environment.id, userId],
  )
  expect(await importing({ email: 'Second@example.com' })).toMatchObject([{ outcome: 'updated' }])
  expect((await sdk.users.get(userId)).emails).toEqual([
    { email: 'Second@example.com', isPrimary: true, isVerified: true },
  ])
})

test('imports.users changes a phone number, takes it away with null, and leaves one that is not named', async () => {
  const { sdk } = await server.environment()
  const importing = async (user: object) => {
    const { results } = await sdk.imports.users({ users: [{ externalId: '1', ...user }] })
    const { outcome, userId } = results[0] ?? {}
    return [outcome, (await sdk.users.get(userId ?? '')).phoneNumber]
  }
  expect(await importing({ phoneNumber: '+905320000001' })).toEqual(['created', '+905320000001'])
  expect(await importing({ username: 'ada' })).toEqual(['updated', '+905320000001'])
  expect(await importing({ phoneNumber: '+905320000001' })).toEqual(['unchanged', '+905320000001'])
  expect(await importing({ phoneNumber: '+905320000002' })).toEqual(['updated', '+905320000002'])
  expect(await importing({ phoneNumber: null })).toEqual(['updated', null])
})

test('imports.users bans as the call to ban does', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const browser = await environment.signedUp()
  await sdk.users.update(browser.userId, { externalId: '1' })
  await sdk.imports.users({ users: [{ externalId: '1', isBanned: true, banReason: 'Spam' }] })
  expect((await browser.get('/v1/me')).status).toBe(401)
  expect((await eventTypes(environment)).slice(0, 2).sort()).toEqual(['session.revoked', 'user.banned'])
})

const bad: [what: string, user: object, code: string, detail: string][] = [
  ['an address that is none', { email: 'nobody' }, 'invalid_value', '`email` is no email address.'],
  ['an address that is too long', { email: `${'a'.repeat(250)}@example.com` }, 'invalid_value', '`email`'],
  ['a username with a blank', { username: 'a b' }, 'invalid_value', '`username` must be'],
  ['a number in no form', { phoneNumber: '0532 1234567' }, 'invalid_value', '`phoneNumber` must be'],
  ['a time to come', { createdAt: '2999-01-01T00:00:00Z' }, 'invalid_value', '`createdAt` must be'],
  ['a time without zone', { createdAt: '2020-01-01T00:00:00' }, 'invalid_value', '`createdAt` must be'],
  ['no external id', { externalId: '' }, 'invalid_value', '`externalId` must have 1–255 characters.'],
  ['a long reason', { isBanned: true, banReason: 'x'.repeat(501) }, 'invalid_value', '`banReason` must have'],
  [
    'a hash of no kind',
    { passwordHash: 'md5' },
    'unusable_password_hash',
    'The hash of the password is of no kind',
  ],
  [
    'a hash of 4 GiB',
    { passwordHash: '$scrypt$ln=22,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA' },
    'unusable_password_hash',
    'cost ln',
  ],
  [
    'a hash of any length',
    { passwordHash: `{SSHA}${'A'.repeat(2_000)}` },
    'unusable_password_hash',
    'is longer than',
  ],
  ['password and hash', { password: 'x', passwordHash: hashed }, 'ambiguous_password', 'not both'],
  ['much metadata', { publicMetadata: { x: 'x'.repeat(33_000) } }, 'metadata_too_large', 'publicMetadata'],
  ['the address of another', { email: 'TAKEN@example.com' }, 'email_taken', 'TAKEN@example.com'],
  ['the username of another', { username: 'TAKEN' }, 'username_taken', 'TAKEN'],
  ['the number of another', { phoneNumber: '+905320000001' }, 'phone_number_taken', '+905320000001'],
  ['the address of one before it', { email: 'BEFORE@example.com' }, 'email_taken', 'BEFORE'],
  ['the username of one before it', { username: 'BEFORE' }, 'username_taken', 'BEFORE'],
  ['the number of one before it', { phoneNumber: '+905320000002' }, 'phone_number_taken', '+905320000002'],
  ['the external id of one before it', { externalId: 'before' }, 'duplicate_row', 'before'],
]

test('imports.users leaves out what cannot be imported, says why, and loses none of the others', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await sdk.users.create({ email: 'taken@example.com', username: 'taken', phoneNumber: '+905320000001' })
  const phoneNumber = '+905320000002'
  const before = { externalId: 'before', email: 'before@example.com', username: 'before', phoneNumber }
  const users = [
    before,
    ...bad.flatMap(([, user], i) => [{ externalId: `bad-${i}`, ...user }, { externalId: `good-${i}` }]),
  ]
  const { counts, results } = await sdk.imports.users({ users })
  expect(counts).toEqual({ created: bad.length + 1, updated: 0, unchanged: 0, failed: bad.length })
  for (const [i, [what, , code, detail]] of bad.entries()) {
    const result = results[1 + 2 * i]
    expect(result, what).toMatchObject({ outcome: 'failed', userId: null, code })
    expect(result?.detail, what).toContain(detail)
  }
  expect((await sdk.users.list()).total).toBe(bad.length + 2)
  expect((await sdk.events.list({ type: 'user.created' })).total).toBe(bad.length + 2)
})

test('imports.users writes nothing in a dry run, and answers what it would have done', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await sdk.imports.users({ users: [ada] })
  const { events, total } = await sdk.events.list()
  const users = [
    { ...ada, username: 'other', isBanned: true },
    { externalId: 'new', email: 'new@example.com', password: 'x' },
    { externalId: 'taken', email: 'ada@example.com' },
  ]
  const dry = await sdk.imports.users({ users, dryRun: true })
  expect(dry.results.map(({ outcome }) => outcome)).toEqual(['updated', 'created', 'failed'])
  expect(dry.results[1]?.userId).toBeNull()
  expect(await sdk.events.list()).toMatchObject({ events, total })
  expect(await sdk.users.list()).toMatchObject({ total: 1, users: [{ username: 'ada', isBanned: false }] })
  expect((await sdk.imports.users({ users })).counts).toEqual(dry.counts)
})

test('imports.users leaves users of another environment alone, whatever names they have', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  await one.sdk.imports.users({ users: [ada] })
  const before = await one.sdk.users.list()
  const { counts } = await other.sdk.imports.users({ users: [{ ...ada, publicMetadata: {} }] })
  expect(counts.created).toBe(1)
  expect(await one.sdk.users.list()).toMatchObject({ users: before.users, total: 1 })
  expect((await other.sdk.users.list()).users[0]?.id).not.toBe(before.users[0]?.id)
})

test('imports.users makes each user once, however many import it at the same time as others sign up', async () => {
  const environment = await server.environment()
  const { sdk, browser } = environment
  const users = Array.from({ length: 60 }, (_, i) => ({ externalId: `${i}`, email: `${i}@example.com` }))
  const backwards = [...users].reverse()
  const signingUp = [7, 30, 59].map((i) =>
    browser().post('/v1/auth/sign-up/email-password', { email: `${i}@example.com`, password: goodPassword }),
  )
  const imports = await Promise.all(
    [users, backwards, users, backwards].map((batch) => sdk.imports.users({ users: batch })),
  )
  const signedUp = (await Promise.all(signingUp)).filter(({ status }) => status === 201).length
  const created = imports.reduce((sum, { counts }) => sum + counts.created, 0)
  expect(created + signedUp).toBe(60)
  expect((await sdk.users.list()).total).toBe(60)
  expect((await sdk.events.list({ type: 'user.created' })).total).toBe(60)
})

test.each([
  ['no user', { users: [] }],
  ['501 users', { users: Array.from({ length: 501 }, (_, i) => ({ externalId: `${i}` })) }],
  ['a field that nobody knows', { users: [{ externalId: '1', role: 'admin' }] }],
  ['a text that cannot be stored', { users: [{ externalId: '1', username: 'a\u0000' }] }],
  ['half of a surrogate pair', { users: [{ externalId: '\ud800' }] }],
])('imports.users refuses %s as a whole', async (_what, body) => {
  const { sdk } = await server.environment()
  await expect(sdk.imports.users(body as never)).rejects.toThrow(BadRequestError)
  expect((await sdk.users.list()).total).toBe(0)
})

test('imports.users takes a full batch, with everything a user can have', async () => {
  const { sdk } = await server.environment()
  const users = Array.from({ length: 500 }, (_, i) => ({
    ...ada,
    externalId: randomUUID(),
    email: `${i}@example.com`,
    username: `user-${i}`,
    phoneNumber: `+90532${1_000_000 + i}`,
  }))
  expect((await sdk.imports.users({ users })).counts.created).toBe(500)
  expect((await sdk.imports.users({ users })).counts.unchanged).toBe(500)
})
