import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const server = testServer()

function get(environment: TestEnvironment, id: string) {
  const headers = { authorization: `Bearer ${environment.secretKey}` }
  return environment.browser().get(`/v1/admin/users/${encodeURIComponent(id)}`, headers)
}

test('users.get answers the user in its noun, with the fields that clients of Kevo read', async () => {
  const environment = await server.environment()
  const { id } = await environment.sdk.users.create({ email: 'ada@example.com' })
  const answer = await get(environment, id)
  expect(answer.status).toBe(200)
  expect(Object.keys(answer.body)).toEqual(['user'])
  expect(answer.body.user).toMatchObject({
    id,
    did: `did:kevo:${id}`,
    authMethods: [{ type: 'email', identifier: 'ada@example.com' }],
    evmAddress: null,
    evmWallet: null,
    solanaWallet: null,
    delegation: null,
  })
})

test('users.get takes an id with a vendor’s prefix or in capitals, and answers the plain one', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({})
  expect(await sdk.users.get(`usr_${user.id.replaceAll('-', '')}`)).toEqual(user)
  expect(await sdk.users.get(user.id.toUpperCase())).toEqual(user)
})

test('users.get lists the primary address first and the others by age', async () => {
  const environment = await server.environment()
  const { id } = await environment.sdk.users.create({ email: 'b@example.com' })
  for (const email of ['z@example.com', 'a@example.com']) {
    server.clock.advance({ seconds: 1 })
    await server.owner.query(
      `insert into user_emails (environment_id, user_id, email, is_primary, verified_at, created_at)
       values ($1, $2, $3, false, $4, $4)`,
      [environment.id, id, email, new Date(server.clock.now())],
    )
  }
  const user = await environment.sdk.users.get(id)
  expect(user.email).toBe('b@example.com')
  expect(user.emails).toEqual([
    { email: 'b@example.com', isPrimary: true, isVerified: false },
    { email: 'z@example.com', isPrimary: false, isVerified: true },
    { email: 'a@example.com', isPrimary: false, isVerified: true },
  ])
  // A user with several addresses is still one user of a page, wherever the page begins.
  expect((await environment.sdk.users.list({ limit: 1 })).users).toEqual([user])
  server.clock.advance({ seconds: 1 })
  await environment.sdk.users.create({ email: 'newer@example.com' })
  expect((await environment.sdk.users.list({ limit: 1, offset: 1 })).users).toEqual([user])
  expect((await environment.sdk.users.list()).users).toHaveLength(2)
})

test.each([
  ['an id that nobody has', newId()],
  ['the id of a vendor that nobody has', `usr_${newId().replaceAll('-', '')}`],
  ['a word', 'bogus-id'],
  ['a number', '1'],
  ['a dot', '.x'],
  ['a path', '../secret-keys'],
  ['SQL', "' or 1=1 --"],
  ['a NUL', 'a\0b'],
  ['an id with a space behind it', `${newId()} `],
  ['the nil UUID', '00000000-0000-0000-0000-000000000000'],
  ['the name of a property of every object', '__proto__'],
])('users.get answers 404 «User not found» for %s', async (_, id) => {
  const answer = await get(await server.environment(), id)
  expect(answer.status).toBe(404)
  expect(answer.body).toMatchObject({
    status: 404,
    code: 'user_not_found',
    message: 'User not found',
    detail: 'User not found',
    statusCode: 404,
    error: 'Not Found',
  })
})

test('users.get answers for a user of another environment what it answers for nobody', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const { id } = await other.sdk.users.create({ email: 'ada@example.com' })
  const [foreign, unknown] = [await get(own, id), await get(own, newId())]
  expect(foreign.status).toBe(404)
  expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
})

test('users.get answers 404 once the user is deleted', async () => {
  const { sdk } = await server.environment()
  const { id } = await sdk.users.create({})
  await sdk.users.delete(id)
  await expect(sdk.users.get(id)).rejects.toMatchObject({ status: 404, code: 'user_not_found' })
})

test.each(['%zz', '%', 'a'.repeat(300), ''])(
  'users.get answers 404 for the path segment «%s»',
  async (segment) => {
    const environment = await server.environment()
    const response = await fetch(`${server.url}/v1/admin/users/${segment}`, {
      headers: { authorization: `Bearer ${environment.secretKey}` },
    })
    expect(response.status).toBe(404)
  },
)
