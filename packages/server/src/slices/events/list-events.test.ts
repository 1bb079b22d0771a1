import type { Event } from '@claviger/sdk'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { statement } from '#platform/db/statement'

const server = testServer()

/** Every event of the environment as it is in the table, the newest first. */
async function rowsOf({ id }: TestEnvironment): Promise<Event[]> {
  const { rows } = await server.owner.query(
    'select * from events where environment_id = $1 order by created_at desc, id desc',
    [id],
  )
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    actor: { type: row.actor_type, id: row.actor_id },
    requestId: row.request_id,
    data: row.data,
    createdAt: row.created_at.toISOString(),
  }))
}

test('events.list answers what is in the table, the newest first, with the exact total', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  expect(await sdk.events.list()).toMatchObject({
    events: [],
    total: 0,
    limit: 50,
    offset: 0,
    nextCursor: null,
  })
  const { id } = await sdk.users.create({ email: 'ada@example.com' })
  server.clock.advance({ seconds: 1 })
  await sdk.users.update(id, { username: 'ada' })
  server.clock.advance({ seconds: 1 })
  await sdk.users.delete(id)
  const { events, total } = await sdk.events.list()
  expect(events.map(({ type }) => type)).toEqual(['user.deleted', 'user.updated', 'user.created'])
  expect(events).toEqual(await rowsOf(environment))
  expect(total).toBe(3)
})

test('events.list names who did it: a key, an administrator, a user, nobody known', async () => {
  const environment = await server.environment()
  await environment.sdk.users.create({})
  await environment.operator.users.create({})
  const browser = await environment.signedUp()
  await browser.post('/v1/auth/sign-out')
  const { rows } = await server.owner.query(
    "select id from secret_keys where environment_id = $1 and kind = 'secret'",
    [environment.id],
  )
  const { events } = await environment.sdk.events.list()
  expect(events.map(({ type, actor }) => [type, actor])).toEqual([
    ['session.ended', { type: 'user', id: browser.userId }],
    ['session.created', { type: 'anonymous', id: null }],
    ['device.created', { type: 'anonymous', id: null }],
    ['email.queued', { type: 'anonymous', id: null }],
    ['user.created', { type: 'anonymous', id: null }],
    ['user.created', { type: 'administrator', id: 'operator' }],
    ['user.created', { type: 'secret_key', id: rows[0].id }],
  ])
})

test('events.list carries the request id of the answer, also one that the caller chose', async () => {
  const environment = await server.environment()
  const headers = { authorization: `Bearer ${environment.secretKey}` }
  const requestId = `trace-${newId()}`
  const made = await environment.browser().post('/v1/admin/users', {}, headers)
  const chosen = await environment
    .browser()
    .post('/v1/admin/users', {}, { ...headers, 'x-request-id': requestId })
  expect(chosen.headers.get('x-request-id')).toBe(requestId)
  const { events } = await environment.sdk.events.list()
  expect(events.map((event) => event.requestId)).toEqual([requestId, made.headers.get('x-request-id')])
})

test('events.list shows the events of one type, with their own total', async () => {
  const { sdk } = await server.environment()
  const users = await Promise.all(Array.from({ length: 3 }, () => sdk.users.create({})))
  await sdk.users.ban(users[0]?.id ?? '')
  const banned = await sdk.events.list({ type: 'user.banned' })
  expect(banned).toMatchObject({ total: 1, events: [{ type: 'user.banned' }] })
  expect(await sdk.events.list({ type: 'user.created', limit: 2 })).toMatchObject({ total: 3 })
  for (const type of ['user', 'USER.BANNED', 'user.%', "' or 1=1 --", '']) {
    expect(await sdk.events.list({ type })).toMatchObject({ total: 0, events: [] })
  }
})

test('events.list walks by cursor through events of one and the same transaction', async () => {
  const environment = await server.environment()
  const browser = await environment.signedUp()
  for (let i = 0; i < 6; i++) {
    await environment
      .browser()
      .post('/v1/auth/sign-in/email-password', { email: browser.email, password: goodPassword })
  }
  await environment.sdk.users.ban(browser.userId)
  const all = await rowsOf(environment)
  expect(all.filter(({ createdAt }) => createdAt === all[0]?.createdAt)).toHaveLength(8)
  expect(await environment.sdk.events.list({ limit: 3 }).toArray({ limitMax: 100 })).toEqual(all)
  expect((await environment.sdk.events.list({ limit: 4, offset: 2 })).events).toEqual(all.slice(2, 6))
})

test('events.list shows nothing of another environment', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  await own.sdk.users.create({})
  const before = await own.sdk.events.list()
  for (let i = 0; i < 3; i++) await other.sdk.users.create({})
  const { nextCursor } = await other.sdk.events.list({ limit: 1 })
  expect(await own.sdk.events.list({ after: nextCursor ?? '' })).toEqual(before)
  expect(await own.sdk.events.list()).toEqual(before)
  expect(await own.sdk.events.list({ type: 'user.created' })).toEqual(before)
})

test('events.list has nothing of what was refused or rolled back', async () => {
  const environment = await server.environment()
  const { sdk } = environment
  await sdk.users.create({ email: 'ada@example.com' })
  const refused = await Promise.allSettled([
    sdk.users.create({ email: 'ada@example.com' }),
    sdk.users.create({ password: 'weak' }),
    sdk.users.update(newId(), { username: 'x' }),
    sdk.users.ban('bogus-id'),
    sdk.users.delete(newId()),
    sdk.environment.update({ settings: { sessionLifetimeSeconds: 1 } }),
    environment.operator.secretKeys.revoke(newId()),
  ])
  expect(refused.map(({ status }) => status)).toEqual(Array(7).fill('rejected'))
  // The change and its event are written; then the transaction fails.
  await expect(
    server.database.transaction(environment.id, async (tx) => {
      await tx.run(
        statement(
          `insert into events (environment_id, id, type, actor_type, data)
           values ($1, $2, 'x', 'system', '{}')`,
          [environment.id, newId()],
        ),
      )
      throw new Error('The last step failed.')
    }),
  ).rejects.toThrow('The last step failed.')
  expect((await sdk.events.list()).events.map(({ type }) => type)).toEqual(['user.created'])
  expect(await rowsOf(environment)).toHaveLength(1)
})

test('events.list counts exactly while many things happen at once', async () => {
  const environment = await server.environment()
  const users = await Promise.all(Array.from({ length: 40 }, () => environment.sdk.users.create({})))
  await Promise.all(users.map(({ id }, i) => environment.sdk.users[i % 2 ? 'ban' : 'delete'](id)))
  expect((await environment.sdk.events.list()).total).toBe(80)
  expect(await rowsOf(environment)).toHaveLength(80)
})

test.each(['update events set type = type', 'delete from events', 'truncate events'])(
  'events.list shows what nobody can change: the role of the server may not «%s»',
  async (text) => {
    const environment = await server.environment()
    await environment.sdk.users.create({})
    const before = await rowsOf(environment)
    await expect(
      server.database.transaction(environment.id, (tx) => tx.run(statement(text, []))),
    ).rejects.toThrow('permission denied for table events')
    expect(await rowsOf(environment)).toEqual(before)
  },
)

test.each(['limit=0', 'limit=x', 'offset=-1', 'after=garbage', `type=${'x'.repeat(101)}`, 'type=%00'])(
  'events.list refuses ?%s',
  async (query) => {
    const environment = await server.environment()
    const headers = { authorization: `Bearer ${environment.secretKey}` }
    const answer = await environment.browser().get(`/v1/admin/events?${query}`, headers)
    expect(answer.status).toBe(400)
  },
)
