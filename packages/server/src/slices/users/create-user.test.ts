import type { UsersCreateBody } from '@claviger/sdk'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metadataSizeBytesMax } from './user.js'

const server = testServer()

/** Sends a body that the types of the SDK do not allow. */
function create(environment: TestEnvironment, body: unknown) {
  const { secretKey } = environment
  return environment.browser().post('/v1/admin/users', body, { authorization: `Bearer ${secretKey}` })
}

function signIn(environment: TestEnvironment, email: string, password: string) {
  return environment.browser().post('/v1/auth/sign-in/email-password', { email, password })
}

async function expectNothingHappened({ sdk }: TestEnvironment) {
  expect(await sdk.users.list()).toMatchObject({ users: [], total: 0 })
  expect(await sdk.events.list()).toMatchObject({ events: [], total: 0 })
}

/** The tables of which any row, as text, has this in it. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await server.owner.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'claviger'",
  )
  const found = []
  for (const { name } of rows) {
    const { rowCount } = await server.owner.query(
      `select from "${name}" t where strpos(t::text, $1) > 0 limit 1`,
      [text],
    )
    if (rowCount) found.push(name)
  }
  return found
}

test('users.create answers every field, and users.get and users.list answer the same', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({
    email: 'Ada@Example.com',
    emailVerified: true,
    username: 'Ada.Lovelace-1',
    externalId: 'crm/42 ü',
    phoneNumber: '+905321234567',
    publicMetadata: { tier: 'gold' },
    privateMetadata: { notes: ['a', { b: null }] },
    unsafeMetadata: { theme: 'dark' },
  })
  expect(user).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    did: `did:kevo:${user.id}`,
    username: 'Ada.Lovelace-1',
    externalId: 'crm/42 ü',
    role: 'user',
    email: 'Ada@Example.com',
    emails: [{ email: 'Ada@Example.com', isPrimary: true, isVerified: true }],
    phoneNumber: '+905321234567',
    authMethods: [
      { type: 'email', identifier: 'Ada@Example.com' },
      { type: 'phone', identifier: '+905321234567' },
    ],
    isBanned: false,
    banReason: null,
    banExpiresAt: null,
    publicMetadata: { tier: 'gold' },
    privateMetadata: { notes: ['a', { b: null }] },
    unsafeMetadata: { theme: 'dark' },
    evmAddress: null,
    evmWallet: null,
    solanaWallet: null,
    delegation: null,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updatedAt: user.createdAt,
  })
  expect(Math.abs(Date.parse(user.createdAt) - server.clock.now())).toBeLessThan(60_000)
  expect(await sdk.users.get(user.id)).toEqual(user)
  expect((await sdk.users.list()).users).toEqual([user])
})

test('users.create makes a user of nothing at all', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({})
  expect(user).toMatchObject({ username: null, externalId: null, email: null, emails: [], authMethods: [] })
  expect(user).toMatchObject({ publicMetadata: {}, privateMetadata: {}, unsafeMetadata: {} })
  expect(await sdk.users.get(user.id)).toEqual(user)
})

test('users.create without a body makes a user of nothing as well', async () => {
  const environment = await server.environment()
  const answer = await create(environment, undefined)
  expect(answer.status).toBe(201)
  expect((await environment.sdk.users.list()).users).toEqual([answer.body.user])
})

test('users.create takes an address as unverified unless the caller vouches for it', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({ email: 'ada@example.com' })
  expect(user.emails).toEqual([{ email: 'ada@example.com', isPrimary: true, isVerified: false }])
})

test('users.create gives back any metadata as it was sent', async () => {
  const { sdk } = await server.environment()
  // What PostgreSQL cannot store is refused, and has its own tests.
  const text = fc
    .string({ unit: 'grapheme' })
    .filter((value) => !value.includes('\0') && value !== '__proto__')
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  })).object
  await fc.assert(
    fc.asyncProperty(json, async (metadata) => {
      const sent = JSON.parse(JSON.stringify(metadata)) as Record<string, unknown>
      const user = await sdk.users.create({ publicMetadata: sent })
      expect(user.publicMetadata).toEqual(sent)
      expect((await sdk.users.get(user.id)).publicMetadata).toEqual(sent)
    }),
    { numRuns: 60 },
  )
})

test('users.create records that a key created a user, once, with the user as answered', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const user = await sdk.users.create({ email: 'ada@example.com' })
  const { events, total } = await sdk.events.list()
  expect(total).toBe(1)
  expect(events[0]).toMatchObject({ type: 'user.created', data: { user } })
  const { rows } = await server.owner.query(
    'select id from secret_keys where environment_id = $1 and kind = $2',
    [environment.id, 'secret'],
  )
  expect(events[0]?.actor).toEqual({ type: 'secret_key', id: rows[0].id })
})

describe('a password', () => {
  test('users.create with a password lets the user sign in with it, and with no other', async () => {
    const environment = await server.environment()
    const user = await environment.sdk.users.create({ email: 'ada@example.com', password: goodPassword })
    const answer = await signIn(environment, 'ADA@example.com', goodPassword)
    expect(answer.status).toBe(200)
    expect(answer.body.userId).toBe(user.id)
    expect((await signIn(environment, 'ada@example.com', `${goodPassword} `)).status).toBe(401)
  })

  test('users.create without a password lets nobody sign in', async () => {
    const environment = await server.environment()
    await environment.sdk.users.create({ email: 'ada@example.com' })
    for (const guess of [goodPassword, 'the password of nobody', 'null']) {
      expect((await signIn(environment, 'ada@example.com', guess)).status).toBe(401)
    }
  })

  test('users.create keeps a password nowhere but as an Argon2id hash', async () => {
    const environment = await server.environment()
    const user = await environment.sdk.users.create({ email: 'ada@example.com', password: goodPassword })
    expect(JSON.stringify(user)).not.toContain('argon2')
    const { rows } = await server.owner.query('select hash from user_passwords where user_id = $1', [user.id])
    expect(rows[0].hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await tablesWith(goodPassword)).toEqual([])
    expect(server.log.join('')).not.toContain(goodPassword)
    expect(JSON.stringify(await environment.sdk.events.list())).not.toContain('argon2')
  })

  test.each([
    ['is too short', 'Abcdef-12', 'password_too_short', 'at least 10 characters'],
    ['has no upper-case letter', 'correct-horse-9', 'password_too_weak', 'an upper-case letter'],
    ['has no lower-case letter', 'CORRECT-HORSE-9', 'password_too_weak', 'a lower-case letter'],
    ['has no digit', 'Correct-horse-nine', 'password_too_weak', 'a digit'],
  ])('users.create refuses a password that %s, and records nothing', async (_, password, code, hint) => {
    const environment = await server.environment()
    await expect(environment.sdk.users.create({ email: 'ada@example.com', password })).rejects.toMatchObject({
      status: 400,
      code,
      detail: expect.stringContaining(hint),
    })
    await expectNothingHappened(environment)
  })

  test('users.create holds a password to the policy of its own environment', async () => {
    const passwordPolicy = { lengthMin: 14, uppercase: false, lowercase: false, digit: false, symbol: true }
    const { sdk } = await server.environment({ settings: { passwordPolicy } })
    await expect(sdk.users.create({ password: 'correcthorses' })).rejects.toMatchObject({
      code: 'password_too_short',
    })
    await expect(sdk.users.create({ password: 'correcthorsebattery' })).rejects.toMatchObject({
      code: 'password_too_weak',
    })
    await sdk.users.create({ password: 'correct horse battery' })
  })
})

describe('unique names', () => {
  test('users.create refuses an address that differs only by case, and records nothing', async () => {
    const { sdk } = await server.environment()
    await sdk.users.create({ email: 'ada@example.com' })
    await expect(sdk.users.create({ email: 'ADA@Example.COM', username: 'second' })).rejects.toMatchObject({
      status: 409,
      code: 'email_taken',
      detail: 'Another user of this environment has the email address ADA@Example.COM.',
    })
    expect((await sdk.users.list()).total).toBe(1)
    expect((await sdk.users.list({ username: 'second' })).total).toBe(0)
    expect((await sdk.events.list()).total).toBe(1)
  })

  test('users.create refuses a username that differs only by case, also beyond ASCII', async () => {
    const { sdk } = await server.environment()
    await sdk.users.create({ username: 'Änne' })
    await expect(sdk.users.create({ username: 'äNNE' })).rejects.toMatchObject({
      status: 409,
      code: 'username_taken',
      detail: 'Another user of this environment has the username äNNE.',
    })
    expect((await sdk.users.list()).total).toBe(1)
  })

  test('users.create refuses an external id that is taken, and takes one that differs by case', async () => {
    const { sdk } = await server.environment()
    await sdk.users.create({ externalId: 'crm-a' })
    await expect(sdk.users.create({ externalId: 'crm-a' })).rejects.toMatchObject({
      status: 409,
      code: 'external_id_taken',
      detail: 'Another user of this environment has the external id crm-a.',
    })
    await sdk.users.create({ externalId: 'crm-A' })
    expect((await sdk.users.list()).total).toBe(2)
  })

  test('users.create refuses a phone number that is taken, and records nothing', async () => {
    const { sdk } = await server.environment()
    await sdk.users.create({ phoneNumber: '+905321234567' })
    const refused = sdk.users.create({ phoneNumber: '+905321234567', username: 'second' })
    await expect(refused).rejects.toMatchObject({
      status: 409,
      code: 'phone_number_taken',
      detail: 'Another user of this environment has the phone number +905321234567.',
    })
    expect((await sdk.users.list()).total).toBe(1)
    expect((await sdk.events.list()).total).toBe(1)
  })

  test('users.create takes any number of users without names', async () => {
    const { sdk } = await server.environment()
    await sdk.users.create({ username: null, externalId: null, phoneNumber: null })
    await sdk.users.create({ username: null, externalId: null, phoneNumber: null })
    expect((await sdk.users.list()).total).toBe(2)
  })

  test('users.create takes the names of a user of another environment', async () => {
    const phoneNumber = '+905321234567'
    const names = { email: 'ada@example.com', username: 'ada', externalId: '1', phoneNumber }
    const [first, second] = [await server.environment(), await server.environment()]
    const [one, two] = [await first.sdk.users.create(names), await second.sdk.users.create(names)]
    expect(one.id).not.toBe(two.id)
  })

  test.each([
    ['email', (i: number) => (i % 2 ? 'ada@example.com' : 'ADA@example.com'), 'email_taken'],
    ['username', (i: number) => (i % 2 ? 'ada' : 'ADA'), 'username_taken'],
    ['externalId', () => 'crm-1', 'external_id_taken'],
  ])(
    'users.create lets exactly one of 20 that arrive together have the same %s',
    async (field, value, code) => {
      const { sdk } = await server.environment()
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => sdk.users.create({ [field]: value(i) } as UsersCreateBody)),
      )
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refused).toHaveLength(19)
      for (const { reason } of refused) expect(reason).toMatchObject({ status: 409, code })
      const { users, total } = await sdk.users.list()
      expect(total).toBe(1)
      expect(users).toHaveLength(1)
      expect((await sdk.events.list()).total).toBe(1)
    },
  )
})

describe('what a body may hold', () => {
  test.each([
    ['id', '01a200f0-8cd1-709e-bad5-5a22a7620bb7'],
    ['environmentId', '01a200f0-8cd1-709e-bad5-5a22a7620bb7'],
    ['environment_id', '01a200f0-8cd1-709e-bad5-5a22a7620bb7'],
    ['isAdmin', 'owner'],
    ['isBanned', true],
    ['banReason', 'x'],
    ['did', 'did:kevo:mine'],
    ['emails', [{ email: 'a@example.com', isPrimary: true, isVerified: true }]],
    ['email_verified', true],
    ['passwordHash', '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA'],
    ['createdAt', '2020-01-01T00:00:00.000Z'],
    ['evmAddress', '0x0000000000000000000000000000000000000000'],
    ['delegation', { txCount: 0 }],
    ['constructor', 'x'],
    ['toString', 'x'],
  ])('users.create refuses the field %s, which nobody may set, and records nothing', async (field, value) => {
    const environment = await server.environment()
    const answer = await create(environment, { email: 'ada@example.com', [field]: value })
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid_request')
    expect(answer.body.errors).toEqual([
      { pointer: `/${field}`, code: 'unknown_field', detail: 'is not a known field' },
    ])
    await expectNothingHappened(environment)
  })

  test.each([
    ['in the body', '{"__proto__":{"isBanned":true}}'],
    ['in a bucket', '{"publicMetadata":{"__proto__":{"isBanned":true}}}'],
    ['by way of the constructor', '{"publicMetadata":{"constructor":{"prototype":{"isBanned":true}}}}'],
  ])('users.create refuses a prototype %s, and records nothing', async (_, text) => {
    const environment = await server.environment()
    const answer = await create(environment, JSON.parse(text))
    expect(answer.status).toBe(400)
    expect(({} as { isBanned?: boolean }).isBanned).toBeUndefined()
    await expectNothingHappened(environment)
  })

  test.each([
    ['a body that is null', null, ''],
    ['a body that is a list', [], ''],
    ['a body that is a text', 'ada@example.com', ''],
    ['an address that is a number', { email: 1 }, '/email'],
    ['an address that is null', { email: null }, '/email'],
    ['an address that is empty', { email: '' }, '/email'],
    ['an address without a host', { email: 'ada@' }, '/email'],
    ['an address with a line break', { email: 'ada@example.com\r\nBcc: all@example.com' }, '/email'],
    ['an address with a display name', { email: 'Ada <ada@example.com>' }, '/email'],
    ['an address that is too long', { email: `ada@${'a.'.repeat(130)}com` }, '/email'],
    ['a verification that is a text', { email: 'ada@example.com', emailVerified: 'true' }, '/emailVerified'],
    ['a password that is empty', { password: '' }, '/password'],
    ['a password that is too long', { password: `Aa1${'x'.repeat(1_022)}` }, '/password'],
    ['a username that is empty', { username: '' }, '/username'],
    ['a username with a space', { username: 'ada lovelace' }, '/username'],
    ['a username that looks like an address', { username: 'ada@example.com' }, '/username'],
    ['a username that begins with a dot', { username: '.ada' }, '/username'],
    ['a username that is too long', { username: 'a'.repeat(65) }, '/username'],
    ['an external id that is empty', { externalId: '' }, '/externalId'],
    ['an external id that is a number', { externalId: 42 }, '/externalId'],
    ['an external id that is too long', { externalId: 'a'.repeat(256) }, '/externalId'],
    ['a bucket that is a list', { publicMetadata: [] }, '/publicMetadata'],
    ['a bucket that is a text', { privateMetadata: '{}' }, '/privateMetadata'],
    ['a bucket that is null', { unsafeMetadata: null }, '/unsafeMetadata'],
  ])('users.create refuses %s, names the field, and records nothing', async (_, body, pointer) => {
    const environment = await server.environment()
    const answer = await create(environment, body)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid_request')
    expect(new Set(answer.body.errors.map((error: { pointer: string }) => error.pointer))).toEqual(
      new Set([pointer]),
    )
    await expectNothingHappened(environment)
  })

  test('users.create reports every problem of a body at once', async () => {
    const answer = await create(await server.environment(), { email: 1, username: 2, role: 3 })
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/email',
      '/role',
      '/username',
    ])
  })

  test.each(['publicMetadata', 'privateMetadata', 'unsafeMetadata'] as const)(
    'users.create takes a full bucket %s, and refuses one byte more',
    async (bucket) => {
      const environment = await server.environment()
      // `{"a":""}` is eight bytes, and each ü is two: bytes are what counts.
      const full = { a: 'ü'.repeat((metadataSizeBytesMax - 8) / 2) }
      await expect(environment.sdk.users.create({ [bucket]: { a: `${full.a}x` } })).rejects.toMatchObject({
        status: 400,
        code: 'metadata_too_large',
        detail: `The bucket ${bucket} is larger than ${metadataSizeBytesMax} bytes of JSON.`,
      })
      await expectNothingHappened(environment)
      const user = await environment.sdk.users.create({ [bucket]: full })
      expect(user[bucket]).toEqual(full)
    },
  )

  test.each([
    ['a NUL in an external id', { externalId: 'a\u0000b' }, '/externalId'],
    ['half of a surrogate pair in an external id', { externalId: 'a\ud800' }, '/externalId'],
    ['a NUL in a password', { password: `${goodPassword}\u0000` }, '/password'],
    ['a NUL deep in a bucket', { publicMetadata: { a: [{ b: '\u0000' }] } }, '/publicMetadata/a/0/b'],
    ['half of a surrogate pair in a bucket', { privateMetadata: { a: '\udc00x' } }, '/privateMetadata/a'],
    ['a NUL in the name of a field of a bucket', { unsafeMetadata: { 'a\u0000': 1 } }, '/unsafeMetadata'],
    ['half of a pair in the name of a field', { unsafeMetadata: { '\ud83d': 1 } }, '/unsafeMetadata'],
  ])('users.create refuses %s, which cannot be stored, and records nothing', async (_, body, pointer) => {
    const environment = await server.environment()
    const answer = await create(environment, body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toMatchObject([{ pointer, code: 'unstorable_text' }])
    await expectNothingHappened(environment)
  })

  test('users.create takes metadata that is nested deep, and refuses more with 400', async () => {
    const environment = await server.environment()
    const createNested = async (depth: number) => {
      const response = await fetch(`${server.url}/v1/admin/users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${environment.secretKey}`, 'content-type': 'application/json' },
        body: `{"publicMetadata":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
      })
      return response.status
    }
    for (const depth of [150, 5_000, 100_000]) expect(await createNested(depth)).toBe(400)
    await expectNothingHappened(environment)
    expect(await createNested(50)).toBe(201)
  })

  test('users.create refuses a number that JSON can write and nothing can hold', async () => {
    const environment = await server.environment()
    const response = await fetch(`${server.url}/v1/admin/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${environment.secretKey}`, 'content-type': 'application/json' },
      body: '{"publicMetadata":{"n":1e999}}',
    })
    expect(response.status).toBe(400)
    await expectNothingHappened(environment)
  })

  test('users.create takes whole surrogate pairs and every other control character', async () => {
    const { sdk } = await server.environment()
    const externalId = '😀\u0001\u007f\u2028\ufeff\u202e'
    const user = await sdk.users.create({ externalId })
    expect(user.externalId).toBe(externalId)
    expect((await sdk.users.list({ externalId })).users).toEqual([user])
  })
})
