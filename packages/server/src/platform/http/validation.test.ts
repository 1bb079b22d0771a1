import { type Route, routes } from '@claviger/contract'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { expectProblem, send } from './raw-request.fixture.js'
import { validatorsOf } from './validation.js'

const server = testServer()
let environment: TestEnvironment
let authorized: Record<string, string>
beforeAll(async () => {
  environment = await server.environment()
  authorized = { authorization: `Bearer ${environment.secretKey}`, 'content-type': 'application/json' }
})

const post = (body: string | Buffer, path = '/v1/admin/users') =>
  send(server.url, { method: 'POST', path, headers: authorized, body })
const list = (query: string) => send(server.url, { path: `/v1/admin/users?${query}`, headers: authorized })

async function countUsers(): Promise<number> {
  const { total } = await environment.sdk.users.list({ limit: 1 })
  return total
}

test.each([
  ['cut off', '{"username":'],
  ['a trailing comma', '{"username":"ada",}'],
  ['single quotes', "{'username':'ada'}"],
  ['a comment', '{/* no */}'],
  ['two documents', '{}{}'],
  ['NaN', '{"publicMetadata":{"a":NaN}}'],
  ['compressed', Buffer.from('1f8b080000000000000303000000000000000000', 'hex')],
  ['__proto__', '{"__proto__":{"isAdmin":true}}'],
  ['__proto__ further down', '{"publicMetadata":{"a":[{"__proto__":{"isAdmin":true}}]}}'],
  ['an escaped __proto__', '{"\\u005f_proto__":{"isAdmin":true}}'],
  ['constructor.prototype', '{"publicMetadata":{"constructor":{"prototype":{"isAdmin":true}}}}'],
])('a body that is no JSON, or would reach a prototype, is refused: %s', async (_label, body) => {
  const before = await countUsers()
  const problem = expectProblem(await post(body), 400, 'malformed_body')
  expect(problem.detail).toBe('The body is not valid JSON: it cannot be parsed.')
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
  expect(await countUsers()).toBe(before)
})

test('of two members with one name the last counts, as JSON.parse has it', async () => {
  const { status, text } = await post('{"username":"first","username":"last"}')
  expect(status).toBe(201)
  expect(JSON.parse(text).user.username).toBe('last')
})

test.each([
  ['nested 100,000 deep', `{"publicMetadata":{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`, 'too_deep'],
  ['nothing but 500,000 brackets', '['.repeat(5e5) + ']'.repeat(5e5), 'too_deep'],
  ['500,000 items', `{"publicMetadata":{"a":[${'1,'.repeat(499_999)}1]}}`, 'too_many_values'],
  ['500,000 items that are wrong one by one', `[${'1,'.repeat(499_999)}1]`, 'too_many_values'],
  ['100,000 unknown fields', JSON.stringify(manyFields(100_000)), 'too_many_values'],
  ['1e999, which would be kept as null', '{"publicMetadata":{"a":1e999}}', 'unstorable_number'],
  ['a NUL', '{"username":"a\\u0000b"}', 'unstorable_text'],
  ['a NUL in a name', '{"publicMetadata":{"a\\u0000b":1}}', 'unstorable_text'],
  ['half of a surrogate pair', '{"publicMetadata":{"a":["\\ud83d"]}}', 'unstorable_text'],
  ['half of a surrogate pair in a name', '{"publicMetadata":{"\\ude00":1}}', 'unstorable_text'],
])('a body that cannot be kept as it was sent is refused by name: %s', async (_label, body, code) => {
  const before = await countUsers()
  const problem = expectProblem(await post(body), 400, 'invalid_request')
  expect(problem.errors.map((error: { code: string }) => error.code)).toEqual([code])
  expect(await countUsers()).toBe(before)
})

function manyFields(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [i.toString(36), 1]))
}

test('metadata is kept as it was sent, whatever its names and as deep as 90 levels', async () => {
  const odd = { 'a"b\\c/d~e': '\u2028 😀 </script>', toString: 1, '': null }
  let publicMetadata: Record<string, unknown> = odd
  for (let depth = 0; depth < 90; depth++) publicMetadata = { publicMetadata }
  const { user } = JSON.parse((await post(JSON.stringify({ publicMetadata }))).text)
  expect(user.publicMetadata).toEqual(publicMetadata)
  expect((await environment.sdk.users.get(user.id)).publicMetadata).toEqual(publicMetadata)
})

test('every problem of a body is told at once, each at a JSON pointer to its place', async () => {
  const body = { username: 7, externalId: '', 'a/b~c': 1, publicMetadata: [], email: 'nobody' }
  const problem = expectProblem(await post(JSON.stringify(body)), 400, 'invalid_request')
  const places = problem.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
  expect(Object.fromEntries(places)).toEqual({
    '/a~1b~0c': 'unknown_field',
    '/email': 'format',
    '/externalId': 'minLength',
    '/publicMetadata': 'type',
    '/username': 'type',
  })
  for (const [pointer] of places) expect(problem.detail).toContain(pointer)
})

test('a field that is missing is named', async () => {
  const problem = expectProblem(await post('{}', '/v1/admin/organizations'), 400, 'invalid_request')
  expect(problem.errors).toEqual([
    { pointer: '/name', code: 'required', detail: 'is missing' },
    { pointer: '/slug', code: 'required', detail: 'is missing' },
  ])
})

test('an answer repeats neither more than fifty problems nor a name of any length', async () => {
  const wrong = { ...manyFields(1_000), [`${'long'.repeat(100_000)}`]: 1 }
  const answer = await post(JSON.stringify(wrong))
  expect(expectProblem(answer, 400, 'invalid_request').errors).toHaveLength(50)
  expect(answer.text.length).toBeLessThan(20_000)
  const long = expectProblem(await post(JSON.stringify({ ['x'.repeat(500_000)]: 1 })), 400, 'invalid_request')
  expect(long.errors[0].pointer).toHaveLength(101)
})

test.each(['null', '[]', '"text"', '0', 'true'])('a body that is no object is refused: %s', async (body) => {
  const problem = expectProblem(await post(body), 400, 'invalid_request')
  expect(problem.errors).toEqual([{ pointer: '', code: 'type', detail: 'must be object' }])
})

test.each(['', undefined])('a command whose every field is optional needs no body: %j', async (body) => {
  const user = await environment.sdk.users.create({})
  const path = `/v1/admin/users/${user.id}/ban`
  const answer = await send(server.url, {
    method: 'POST',
    path,
    headers: authorized,
    ...(body === '' && { body }),
  })
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text).user).toMatchObject({ isBanned: true, banReason: null })
})

test('a body is taken as it is: a number sent as text, or text sent as a number, is an error', async () => {
  expectProblem(await post('{"emailVerified":"true"}'), 400, 'invalid_request')
  expectProblem(await post('{"username":1}'), 400, 'invalid_request')
})

test('a query is read as the numbers and truth values that its text shows', async () => {
  const { status, text } = await list('limit=2&offset=1&isBanned=false')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({ limit: 2, offset: 1 })
})

test.each([
  ['limit=0', 'minimum'],
  ['limit=-1', 'minimum'],
  ['limit=1.5', 'type'],
  ['limit=', 'type'],
  ['limit=many', 'type'],
  ['limit=1&limit=2', 'type'],
  ['offset=10000000', 'maximum'],
  ['isBanned=1', 'type'],
  ['isBanned=yes', 'type'],
  ['email=a&email=b', 'type'],
  ['search=', 'minLength'],
  [`search=${'a'.repeat(300)}`, 'maxLength'],
  ['search=%00', 'unstorable_text'],
  ['email=a%00b', 'unstorable_text'],
])('a query that says what it cannot mean is refused: %s', async (query, code) => {
  const problem = expectProblem(await list(query), 400, 'invalid_request')
  expect(problem.errors.map((error: { code: string }) => error.code)).toEqual([code])
  expect(problem.errors[0].pointer).toMatch(/^\/query\/\w+$/)
})

test('a limit above the most is lowered to it and echoed', async () => {
  for (const limit of ['101', '1000000000', '1e300']) {
    expect(JSON.parse((await list(`limit=${limit}`)).text).limit).toBe(100)
  }
})

test('a query parameter that a route does not know is ignored, whatever its name', async () => {
  const { text: expected } = await list('')
  for (const query of ['nonsense=1', '__proto__=1', 'constructor=1', 'limit[]=1', '&&=&', '%zz']) {
    const { status, text } = await list(query)
    expect(status, query).toBe(200)
    expect(text, query).toBe(expected)
  }
})

const ban = validatorsOf(routes.find(({ id }) => id === 'users.ban') ?? fail())

test.each([
  '2030-01-01T00:00:00Z',
  '2030-01-01T00:00:00.123456789Z',
  '2032-02-29T23:59:59.999+14:00',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
])('an instant that the calendar has is taken: %s', (expiresAt) => {
  expect(ban.body({ expiresAt })).toEqual({ expiresAt })
})

test.each([
  '',
  '2030-01-01',
  '2030-01-01T00:00:00',
  '2030-01-01 00:00:00Z',
  '2030-02-30T00:00:00Z',
  '2030-02-29T00:00:00Z',
  '2030-13-01T00:00:00Z',
  '2030-00-10T00:00:00Z',
  '2030-01-01T24:00:00Z',
  '2030-12-31T23:59:60Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '+010000-01-01T00:00:00Z',
  '2030-01-01T00:00:00+23:59',
  `2030-01-01T00:00:00.${'1'.repeat(1_000)}Z`,
  'infinity',
  'now',
])('an instant that PostgreSQL or the wire could not write is refused: %s', (expiresAt) => {
  expect(() => ban.body({ expiresAt })).toThrow('/expiresAt')
})

function fail(): never {
  throw new Error('The contract has no route to ban a user.')
}

/** Texts that make a pattern with two ways to match the same characters try all of them. */
const backtracking = ['a', '0', '-', '.', 'a-', 'a.', 'a@', '@a', 'a:', '/', 'á', ' '].flatMap((unit) =>
  ['', '!', '\n', '@', '-'].map((end) => unit.repeat(200_000 / unit.length) + end),
)

test('no pattern or format of the contract takes long over any text', () => {
  // Many routes have the same field; what a pattern makes of a text does not depend on the route.
  const places = new Map<string, [Route, string]>()
  for (const route of routes) {
    const { properties = {} } = (route.body ?? {}) as { properties?: Record<string, object> }
    for (const [name, schema] of Object.entries(properties)) places.set(JSON.stringify(schema), [route, name])
  }
  let slowestMs = 0
  for (const [schema, [route, name]] of places) {
    const { body } = validatorsOf(route)
    const { type } = JSON.parse(schema)
    for (const text of backtracking) {
      const startedAt = performance.now()
      for (const value of type === 'string' ? [text] : [text, [text], { allowedOrigins: [text] }]) {
        try {
          body({ [name]: value })
        } catch {
          // Whether it is refused is not what this is about.
        }
      }
      slowestMs = Math.max(slowestMs, performance.now() - startedAt)
    }
  }
  // Work that grows with the length takes milliseconds; a pattern that tries every way takes minutes.
  expect(slowestMs).toBeLessThan(20_000)
})
