import type { Claviger, UsersUpdateBody } from '@claviger/sdk'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { metadataSizeBytesMax } from './user.js'

const server = testServer()

/** Sends a body that the types of the SDK do not allow. */
function patch(environment: TestEnvironment, id: string, body: unknown) {
  const headers = { authorization: `Bearer ${environment.secretKey}` }
  return environment.browser().request('PATCH', `/v1/admin/users/${encodeURIComponent(id)}`, body, headers)
}

/** What was recorded, the newest first. */
async function typesOf(sdk: Claviger): Promise<string[]> {
  return (await sdk.events.list()).events.map(({ type }) => type)
}

const names = { username: 'ada', externalId: 'crm-1', phoneNumber: '+905321234567' }
const buckets = { publicMetadata: { a: 1 }, privateMetadata: { b: 2 }, unsafeMetadata: { c: 3 } }

test.each<[string, UsersUpdateBody]>([
  ['username', { username: 'Grace.H' }],
  ['externalId', { externalId: 'crm/2' }],
  ['publicMetadata', { publicMetadata: { x: [1, { y: null }] } }],
  ['privateMetadata', { privateMetadata: { x: 'y' } }],
  ['unsafeMetadata', { unsafeMetadata: { x: true } }],
  ['two fields', { username: 'grace', privateMetadata: { x: 1 } }],
])('users.update changes %s and leaves every other field as it was', async (_, changes) => {
  const { sdk } = await server.environment()
  const before = await sdk.users.create({ email: 'ada@example.com', ...names, ...buckets })
  server.clock.advance({ seconds: 1 })
  const after = await sdk.users.update(before.id, changes)
  expect(after).toEqual({ ...before, ...changes, updatedAt: after.updatedAt })
  expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt))
  expect(await sdk.users.get(before.id)).toEqual(after)
})

test.each(['publicMetadata', 'privateMetadata', 'unsafeMetadata'] as const)(
  'users.update replaces the bucket %s as a whole, empties it with {}, and leaves the others',
  async (bucket) => {
    const { sdk } = await server.environment()
    const { id } = await sdk.users.create(buckets)
    expect(await sdk.users.update(id, { [bucket]: { x: 9 } })).toMatchObject({
      ...buckets,
      [bucket]: { x: 9 },
    })
    const emptied = await sdk.users.update(id, { [bucket]: {} })
    expect(emptied[bucket]).toEqual({})
    expect(await sdk.users.get(id)).toMatchObject({ ...buckets, [bucket]: {} })
  },
)

test('users.update takes names away with null, and they are free again', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create(names)
  const user = await sdk.users.update(id, { username: null, externalId: null, phoneNumber: null })
  expect(user).toMatchObject({ username: null, externalId: null, phoneNumber: null })
  await sdk.users.create(names)
})

test('users.update with an empty body changes nothing, not even the time, and records nothing', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create(names)
  server.clock.advance({ seconds: 1 })
  expect(await sdk.users.update(user.id, {})).toEqual(user)
  expect(await sdk.users.get(user.id)).toEqual(user)
  expect(await typesOf(sdk)).toEqual(['user.created'])
})

test('users.update records one change, with the user as answered', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const user = await sdk.users.update(id, { username: 'ada', publicMetadata: { x: 1 } })
  const { events } = await sdk.events.list()
  expect(events.map(({ type }) => type)).toEqual(['user.updated', 'user.created'])
  expect(events[0]).toMatchObject({ actor: { type: 'secret_key' }, data: { user } })
})

test('users.update takes the own username in another case', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({ username: 'ada' })
  expect((await sdk.users.update(id, { username: 'Ada' })).username).toBe('Ada')
})

test.each<[string, UsersUpdateBody, string]>([
  ['a username that differs only by case', { username: 'ADA' }, 'username_taken'],
  ['an external id', { externalId: 'crm-1' }, 'external_id_taken'],
  ['a phone number', { phoneNumber: '+905321234567' }, 'phone_number_taken'],
  ['an address', { email: 'Taken@example.com', password: 'Correct-horse-battery-9' }, 'email_taken'],
])(
  'users.update refuses %s that is taken, and changes nothing of what came with it',
  async (_, taken, code) => {
    const environment = await server.environment()
    const { sdk } = environment
    await sdk.users.create({ ...names, email: 'taken@example.com' })
    const user = await sdk.users.create({ email: 'bob@example.com' })
    const changes = { ...taken, publicMetadata: { x: 1 }, isBanned: true }
    await expect(sdk.users.update(user.id, changes)).rejects.toMatchObject({ status: 409, code })
    expect(await sdk.users.get(user.id)).toEqual(user)
    expect(await typesOf(sdk)).toEqual(['user.created', 'user.created'])
  },
)

test('users.update takes a name that a user of another environment has', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  await other.sdk.users.create(names)
  const { id } = await own.sdk.users.create({})
  expect(await own.sdk.users.update(id, names)).toMatchObject(names)
})

test('users.update lets exactly one of 20 that ask together have a username', async () => {
  const { sdk } = await server.environment()
  const users = await Promise.all(Array.from({ length: 20 }, () => sdk.users.create({})))
  const outcomes = await Promise.allSettled(users.map(({ id }) => sdk.users.update(id, { username: 'ada' })))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(19)
  for (const { reason } of refused) expect(reason).toMatchObject({ status: 409, code: 'username_taken' })
  expect((await sdk.users.list({ username: 'ada' })).total).toBe(1)
  expect((await typesOf(sdk)).filter((type) => type === 'user.updated')).toHaveLength(1)
})

test('users.update loses no change of several that arrive together', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const changes = { ...names, ...buckets, isBanned: true }
  await Promise.all(Object.entries(changes).map(([field, value]) => sdk.users.update(id, { [field]: value })))
  expect(await sdk.users.get(id)).toMatchObject(changes)
})

test.each([
  ['id', newId()],
  ['emails', []],
  ['emailVerified', true],
  ['passwordHash', 'x'],
  ['isAdmin', 'owner'],
  ['bannedAt', null],
  ['createdAt', '2020-01-01T00:00:00.000Z'],
  ['updatedAt', '2020-01-01T00:00:00.000Z'],
  ['environmentId', newId()],
  ['constructor', {}],
])('users.update refuses the field %s, which nobody may set, and changes nothing', async (field, value) => {
  const environment = await server.environment()
  const user = await environment.sdk.users.create({ email: 'ada@example.com' })
  const answer = await patch(environment, user.id, { username: 'ada', [field]: value })
  expect(answer.status).toBe(400)
  expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code: 'unknown_field' }])
  expect(await environment.sdk.users.get(user.id)).toEqual(user)
  expect(await typesOf(environment.sdk)).toEqual(['user.created'])
})

test.each([
  ['a prototype', JSON.parse('{"__proto__":{"isBanned":true}}'), undefined],
  ['a prototype in a bucket', { publicMetadata: JSON.parse('{"__proto__":{}}') }, undefined],
  ['a body that is a list', [], ''],
  ['a body that is a text', 'username', ''],
  ['a phone number that is none', { phoneNumber: '0532 123 45 67' }, '/phoneNumber'],
  ['a ban that is a text', { isBanned: 'true' }, '/isBanned'],
  ['a ban that is null', { isBanned: null }, '/isBanned'],
  ['a reason that is too long', { isBanned: true, banReason: 'x'.repeat(501) }, '/banReason'],
  ['an end of a ban that is no instant', { isBanned: true, banExpiresAt: 'tomorrow' }, '/banExpiresAt'],
  ['an end of a ban that is over', { isBanned: true, banExpiresAt: '2020-01-01T00:00:00Z' }, '/banExpiresAt'],
  ['a username with a space', { username: 'a b' }, '/username'],
  ['an external id that is empty', { externalId: '' }, '/externalId'],
  ['a bucket that is null', { publicMetadata: null }, '/publicMetadata'],
  ['a NUL in a bucket', { privateMetadata: { a: '\0' } }, '/privateMetadata/a'],
  ['half of a surrogate pair', { externalId: '\ud800' }, '/externalId'],
])('users.update refuses %s with 400, and changes nothing', async (_, body, pointer) => {
  const environment = await server.environment()
  const user = await environment.sdk.users.create({})
  const answer = await patch(environment, user.id, body)
  expect(answer.status).toBe(400)
  expect(answer.body.errors[0]?.pointer).toBe(pointer)
  expect(await environment.sdk.users.get(user.id)).toEqual(user)
  expect(await typesOf(environment.sdk)).toEqual(['user.created'])
})

test('users.update refuses a bucket that is too large, and changes nothing else either', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({})
  const privateMetadata = { a: 'x'.repeat(metadataSizeBytesMax) }
  await expect(sdk.users.update(user.id, { username: 'ada', privateMetadata })).rejects.toMatchObject({
    status: 400,
    code: 'metadata_too_large',
  })
  expect(await sdk.users.get(user.id)).toEqual(user)
})

test.each([['bogus-id'], [newId()], ['../x'], ['%']])(
  'users.update answers 404 «User not found» for the id %s, with an empty body and with a full one',
  async (id) => {
    const environment = await server.environment()
    for (const body of [{}, { username: 'ada' }, { isBanned: true }, { isBanned: false }]) {
      const answer = await patch(environment, id, body)
      expect(answer.status).toBe(404)
      expect(answer.body).toMatchObject({ code: 'user_not_found', message: 'User not found' })
    }
    expect(await typesOf(environment.sdk)).toEqual([])
  },
)

test('users.update answers 404 for a user of another environment, and leaves it as it is', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const user = await other.sdk.users.create({})
  const answer = await patch(own, user.id, { username: 'mine', isBanned: true })
  expect(answer.status).toBe(404)
  expect(answer.body.message).toBe('User not found')
  expect(await other.sdk.users.get(user.id)).toEqual(user)
})

test('users.update takes an id in the prefixed form of a vendor', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  const user = await sdk.users.update(`usr_${id.replaceAll('-', '')}`, { username: 'ada' })
  expect(user).toMatchObject({ id, username: 'ada' })
})

test('users.update gives another address and password, of which the address is to be verified and the password ends sessions', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  const ada = await environment.signedUp()
  const signIn = { email: 'Ada@example.com', password: 'Better-horse-battery-10' }
  expect(await sdk.users.update(ada.userId, signIn)).toMatchObject({
    email: 'Ada@example.com',
    emails: [{ email: 'Ada@example.com', isPrimary: true, isVerified: false }],
  })
  expect((await ada.get('/v1/me')).status).toBe(401)
  const again = await environment.browser().post('/v1/auth/sign-in/email-password', signIn)
  expect(again.status).toBe(200)
  const { items } = await sdk.events.list()
  for (const type of ['user.password_changed', 'user.updated', 'session.revoked']) {
    expect(items.map((event) => event.type)).toContain(type)
  }
  expect(JSON.stringify(items)).not.toContain(signIn.password)
  await expect(sdk.users.update(ada.userId, { password: 'short' })).rejects.toMatchObject({
    code: 'password_too_short',
  })
  const kept = await sdk.users.create({ email: 'grace@example.com', emailVerified: true })
  expect((await sdk.users.update(kept.id, { email: 'GRACE@example.com' })).emails).toEqual([
    { email: 'GRACE@example.com', isPrimary: true, isVerified: true },
  ])
})
