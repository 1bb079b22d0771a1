import type { SecretKeysCreateBody } from '@claviger/sdk'
import { createTestDatabase, startTestServer, type TestServer } from '@claviger/server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The limits of a key, on two nodes of one installation. */

const ends: (() => Promise<unknown>)[] = []
let one: TestServer
let two: TestServer
beforeAll(async () => {
  const database = await createTestDatabase()
  const first = await startTestServer(database)
  const second = await startTestServer(database, { seal: first.server.seal, clock: first.server.clock })
  ;[one, two] = [first.server, second.server]
  ends.push(second.stop, first.stop, database.drop)
})
afterAll(async () => {
  for (const end of ends) await end()
})

async function keyWith(terms: Partial<SecretKeysCreateBody>) {
  const { operator } = await one.environment()
  return (await operator.secretKeys.create({ name: 'Limited', ...terms })).secret
}

async function ask({ url }: TestServer, secret: string) {
  const response = await fetch(`${url}/v1/admin/environment`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

test('a limit of 100 a minute lets exactly 100 of 50 clients on two nodes through', async () => {
  const secret = await keyWith({ rateLimitPerMinute: 100 })
  let answered = 0
  let refused = 0
  await Promise.all(
    Array.from({ length: 50 }, async (_, client) => {
      for (let i = 0; i < 6; i++) {
        const { status } = await ask((client + i) % 2 === 0 ? one : two, secret)
        if (status === 200) answered++
        else if (status === 429) refused++
      }
    }),
  )
  expect({ answered, refused }).toEqual({ answered: 100, refused: 200 })
})

test('a request too many is told when to come again, and then let in on either node', async () => {
  const secret = await keyWith({ rateLimitPerMinute: 2 })
  const first = await ask(one, secret)
  expect(first.headers.get('ratelimit-policy')).toBe('"minute";q=2;w=60')
  expect(first.headers.get('ratelimit')).toMatch(/^"minute";r=1;t=(60|59)$/)
  await ask(two, secret)
  const { status, headers, body } = await ask(one, secret)
  expect([status, body.code]).toEqual([429, 'rate_limited'])
  const retryAfter = Number(headers.get('retry-after'))
  expect(retryAfter).toBeGreaterThan(0)
  expect(retryAfter).toBeLessThanOrEqual(60)
  expect(headers.get('ratelimit')).toBe(`"minute";r=0;t=${retryAfter}`)
  one.clock.advance({ seconds: retryAfter })
  expect((await ask(two, secret)).status).toBe(200)
})

test('a limit of an hour holds over its minutes, and what a minute refuses takes no place of it', async () => {
  const secret = await keyWith({ rateLimitPerMinute: 2, rateLimitPerHour: 4 })
  const statuses = []
  for (let minute = 0; minute < 3; minute++) {
    for (let i = 0; i < 3; i++) statuses.push((await ask(i % 2 === 0 ? one : two, secret)).status)
    one.clock.advance({ seconds: 61 })
  }
  expect(statuses).toEqual([200, 200, 429, 200, 200, 429, 429, 429, 429])
  const { headers } = await ask(one, secret)
  expect(headers.get('ratelimit-policy')).toBe('"hour";q=4;w=3600')
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_000)
  one.clock.advance({ hours: 1 })
  expect((await ask(two, secret)).status).toBe(200)
})

test('a limit is the key’s own, and one without a limit is not counted in the database', async () => {
  const { id, operator, sdk } = await one.environment()
  const limited = await operator.secretKeys.create({ name: 'Limited', rateLimitPerMinute: 1 })
  await ask(one, limited.secret)
  expect((await ask(two, limited.secret)).status).toBe(429)
  const other = await operator.secretKeys.create({ name: 'Other', rateLimitPerMinute: 1 })
  expect((await ask(two, other.secret)).status).toBe(200)
  const count = async () =>
    (await one.owner.query('select from rate_limits where environment_id = $1', [id])).rowCount
  const before = await count()
  for (let i = 0; i < 5; i++) await sdk.environment.get()
  expect(await count()).toBe(before)
})

test('who goes on asking after a limit is used up is refused without a write, until its window ends', async () => {
  const { id, operator } = await one.environment()
  const { secret } = await operator.secretKeys.create({ name: 'Limited', rateLimitPerMinute: 3 })
  for (let i = 0; i < 4; i++) await ask(one, secret)
  const counted = async () => {
    const counts = await one.owner.query('select requests from rate_limits where environment_id = $1', [id])
    return counts.rows.map(({ requests }) => requests)
  }
  expect(await counted()).toEqual([4])
  one.clock.advance({ seconds: 30 })
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(one, secret)))
  for (const { status, headers } of answers) {
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(30)
  }
  expect(await counted()).toEqual([4])
  one.clock.advance({ seconds: 30 })
  expect((await ask(one, secret)).status).toBe(200)
})

test('secretKeys.update raises a limit for the next request, also of a node that refused the last', async () => {
  const { operator } = await one.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'x', rateLimitPerMinute: 1 })
  for (const status of [200, 429, 429]) expect((await ask(one, secret)).status).toBe(status)
  await operator.secretKeys.update(secretKey.id, { rateLimitPerMinute: 100 })
  expect((await ask(one, secret)).status).toBe(200)
})

test('secretKeys.update takes a limit away for the next request', async () => {
  const { operator } = await one.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'x', rateLimitPerMinute: 1 })
  await ask(one, secret)
  expect((await ask(one, secret)).status).toBe(429)
  await operator.secretKeys.update(secretKey.id, { rateLimitPerMinute: null })
  expect((await ask(two, secret)).status).toBe(200)
})

test('a publishable key has its limits on the routes of browsers', async () => {
  const secret = await keyWith({ kind: 'publishable', rateLimitPerMinute: 2 })
  const statuses = []
  for (const { url } of [one, two, one]) {
    const answer = await fetch(`${url}/.well-known/jwks.json`, { headers: { 'x-publishable-key': secret } })
    statuses.push(answer.status)
  }
  expect(statuses).toEqual([200, 200, 429])
})
