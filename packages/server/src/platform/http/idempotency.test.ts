import { randomUUID } from 'node:crypto'
import { routes } from '@claviger/contract'
import { startTestServer, type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { sweepRequests } from '#platform/db/sweep-requests'
import { exampleBody, makeTenantFor, ownCredential, pathOf } from '../../tenant.fixture.js'
import { expectProblem, type RawAnswer, send } from './raw-request.fixture.js'

const server = testServer()
let environment: TestEnvironment
beforeAll(async () => {
  environment = await server.environment()
})

interface Write {
  readonly key: string
  readonly body?: unknown
  readonly path?: string
  readonly credential?: string
  readonly url?: string
}

function write({ key, body = {}, path = '/v1/admin/users', credential, url = server.url }: Write) {
  return send(url, {
    method: 'POST',
    path,
    headers: {
      authorization: `Bearer ${credential ?? environment.secretKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  })
}

const isReplay = ({ headers }: RawAnswer) => headers['idempotency-replayed'] === 'true'

async function countUsers(username: string): Promise<number> {
  const { rows } = await server.owner.query('select count(*)::int as n from users where username = $1', [
    username,
  ])
  return rows[0].n
}

async function countKept(): Promise<number> {
  const { rows } = await server.owner.query(
    'select count(*)::int as n from idempotency_keys where environment_id = $1',
    [environment.id],
  )
  return rows[0].n
}

const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`

test('a repetition has no second effect, and gets the very answer of the first', async () => {
  const [key, username] = [randomUUID(), unique('once')]
  const first = await write({ key, body: { username } })
  const second = await write({ key, body: { username } })
  expect(first.status).toBe(201)
  expect(first.headers).not.toHaveProperty('idempotency-replayed')
  expect(isReplay(second)).toBe(true)
  expect([second.status, second.text]).toEqual([201, first.text])
  expect(second.headers['content-type']).toBe(first.headers['content-type'])
  expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
  expect(await countUsers(username)).toBe(1)
})

test('without a key every request is a new one', async () => {
  const before = (await environment.sdk.users.list({ limit: 1 })).total
  const headers = { authorization: `Bearer ${environment.secretKey}`, 'content-type': 'application/json' }
  for (let i = 0; i < 2; i++) {
    await send(server.url, { method: 'POST', path: '/v1/admin/users', headers, body: '{}' })
  }
  expect((await environment.sdk.users.list({ limit: 1 })).total).toBe(before + 2)
})

test('a key that comes back with another body is refused, and does nothing', async () => {
  const [key, username] = [randomUUID(), unique('other')]
  await write({ key, body: { username: unique('one') } })
  expectProblem(await write({ key, body: { username } }), 422, 'idempotency_mismatch')
  expect(await countUsers(username)).toBe(0)
})

test('a key that comes back for another object is refused', async () => {
  const { sdk } = environment
  const [ada, bob] = [await sdk.users.create({}), await sdk.users.create({})]
  const key = randomUUID()
  expect((await write({ key, path: `/v1/admin/users/${ada.id}/ban` })).status).toBe(200)
  expectProblem(await write({ key, path: `/v1/admin/users/${bob.id}/ban` }), 422, 'idempotency_mismatch')
  expect((await sdk.users.get(bob.id)).isBanned).toBe(false)
})

test('of a hundred at once one has an effect, and the others wait or get its answer', async () => {
  const [key, username] = [randomUUID(), unique('race')]
  const answers = await Promise.all(Array.from({ length: 100 }, () => write({ key, body: { username } })))
  expect(await countUsers(username)).toBe(1)
  const firsts = answers.filter((answer) => answer.status === 201 && !isReplay(answer))
  expect(firsts).toHaveLength(1)
  for (const answer of answers.filter((one) => one !== firsts[0])) {
    if (isReplay(answer)) expect(answer.text).toBe(firsts[0]?.text)
    else {
      expectProblem(answer, 409, 'idempotency_in_flight')
      expect(answer.headers['retry-after']).toBe('1')
    }
  }
})

test('while the first is being answered, on this node or another, a second is told to wait', async () => {
  const [key, username] = [randomUUID(), unique('slow')]
  const testDatabase = { url: server.databaseUrl, drop: async () => {} }
  const other = await startTestServer(testDatabase, { seal: server.seal, clock: server.clock })
  const blocker = await server.owner.connect()
  try {
    await blocker.query('begin; lock table users in share row exclusive mode')
    const first = write({ key, body: { username } })
    await expect.poll(waitingForLock).toBe(1)
    expectProblem(await write({ key, body: { username } }), 409, 'idempotency_in_flight')
    const elsewhere = { key, body: { username }, url: other.server.url }
    expectProblem(await write(elsewhere), 409, 'idempotency_in_flight')
    await blocker.query('commit')
    const { status, text } = await first
    expect(status).toBe(201)
    const replay = await write(elsewhere)
    expect([isReplay(replay), replay.text]).toEqual([true, text])
    expect(await countUsers(username)).toBe(1)
  } finally {
    blocker.release()
    await other.stop()
  }
})

async function waitingForLock(): Promise<number> {
  const { rows } = await server.owner.query(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and application_name = 'claviger' and wait_event_type = 'Lock'`,
  )
  return rows[0].n
}

test('a key belongs to its caller: no other gets the answer, nor is in its way', async () => {
  const key = randomUUID()
  const [another, elsewhere] = [
    await environment.operator.secretKeys.create({ name: 'Another' }),
    await server.environment(),
  ]
  const credentials = [environment.secretKey, another.secret, elsewhere.secretKey]
  const answers = []
  for (const credential of credentials) answers.push(await write({ key, credential }))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(answers.some(isReplay)).toBe(false)
  expect(new Set(answers.map(({ text }) => JSON.parse(text).user.id)).size).toBe(3)
})

test('a key belongs to its route: on another one it is another key', async () => {
  const key = randomUUID()
  const { id } = JSON.parse((await write({ key })).text).user
  const ban = await write({ key, path: `/v1/admin/users/${id}/ban` })
  const unban = await write({ key, path: `/v1/admin/users/${id}/unban` })
  expect([ban, unban].map((answer) => [answer.status, isReplay(answer)])).toEqual([
    [200, false],
    [200, false],
  ])
})

test('a repetition is answered only to whom the first would be answered', async () => {
  const key = randomUUID()
  const { secretKey, secret: credential } = await environment.operator.secretKeys.create({ name: 'Brief' })
  expect((await write({ key, credential })).status).toBe(201)
  const setPermissions = 'update secret_keys set permissions = $1 where id = $2'
  await server.owner.query(setPermissions, [['users:read'], secretKey.id])
  expectProblem(await write({ key, credential }), 403, 'permission_denied')
  await server.owner.query(setPermissions, [['*'], secretKey.id])
  expect(isReplay(await write({ key, credential }))).toBe(true)
  await environment.operator.secretKeys.revoke(secretKey.id)
  expectProblem(await write({ key, credential }), 401, 'revoked_api_key')
})

test.each(['', ' ', 'a b', 'ä', 'a\tb', 'x'.repeat(256)])(
  'a key that is none is refused: %j',
  async (key) => {
    const before = await countKept()
    expectProblem(await write({ key }), 400, 'invalid_idempotency_key')
    expect(await countKept()).toBe(before)
  },
)

test.each(['!', '~', 'x'.repeat(255), '"quoted"', "';--"])(
  'a key may be any printable text: %s',
  async (key) => {
    expect((await write({ key })).status).toBe(201)
    expect(isReplay(await write({ key }))).toBe(true)
  },
)

test('a refused request leaves nothing: the same key works once the reason is gone', async () => {
  const { sdk } = environment
  const slug = unique('slug')
  const { id } = await sdk.organizations.create({ name: 'First', slug })
  const wanted = { key: randomUUID(), path: '/v1/admin/organizations', body: { name: 'Second', slug } }
  const before = await countKept()
  expectProblem(await write({ ...wanted, body: { name: 'Second' } }), 400, 'invalid_request')
  expectProblem(await write(wanted), 409, 'organization_slug_taken')
  expectProblem(await write(wanted), 409, 'organization_slug_taken')
  expect(await countKept()).toBe(before)
  await sdk.organizations.delete(id)
  const answer = await write(wanted)
  expect([answer.status, isReplay(answer)]).toEqual([201, false])
  expect(isReplay(await write(wanted))).toBe(true)
})

describe('an effect and its answer are kept together', () => {
  test('if the answer cannot be kept, nothing has happened', async () => {
    const { owner } = server
    const wanted = { key: randomUUID(), body: { username: unique('crash') } }
    await owner.query(`
      create function refuse_answer() returns trigger language plpgsql as
        $$ begin raise exception 'The disk is on fire.'; end $$;
      create trigger refuse_answer before insert on idempotency_keys execute function refuse_answer()`)
    try {
      expectProblem(await write(wanted), 500, 'internal_error')
    } finally {
      await owner.query('drop function refuse_answer cascade')
    }
    expect(await countUsers(wanted.body.username)).toBe(0)
    const { rows } = await owner.query("select from events where data #>> '{user,username}' = $1", [
      wanted.body.username,
    ])
    expect(rows).toEqual([])
    const answer = await write(wanted)
    expect([answer.status, isReplay(answer)]).toEqual([201, false])
    expect(await countUsers(wanted.body.username)).toBe(1)
  })

  test.each(['users', 'idempotency_keys'])('if the commit of %s is lost, neither is there', async (table) => {
    const { owner } = server
    const wanted = { key: randomUUID(), body: { username: unique('lost') } }
    const before = await countKept()
    await owner.query(`
      create function end_connection() returns trigger language plpgsql security definer as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create constraint trigger end_connection after insert on ${table}
        deferrable initially deferred for each row execute function end_connection()`)
    try {
      expectProblem(await write(wanted), 500, 'outcome_unknown')
    } finally {
      await owner.query('drop function end_connection cascade')
    }
    expect([await countUsers(wanted.body.username), await countKept()]).toEqual([0, before])
    const answer = await write(wanted)
    expect([answer.status, isReplay(answer)]).toEqual([201, false])
  })
})

test('kept answers are sealed: neither a key nor the secret of an answer is in the database', async () => {
  const key = `secret-of-the-caller-${randomUUID()}`
  const wanted = { key, path: '/v1/admin/invitations', body: await newInvitation() }
  const { text } = await write(wanted)
  const { token } = JSON.parse(text).invitation
  expect((await write(wanted)).text).toBe(text)
  const { rows } = await server.owner.query(
    `select row_to_json(k)::text || encode(answer_sealed, $1) as kept
     from idempotency_keys k where environment_id = $2`,
    ['escape', environment.id],
  )
  expect(rows.length).toBeGreaterThan(0)
  for (const { kept } of rows) {
    expect(kept).not.toContain(token)
    expect(kept).not.toContain(key)
    expect(kept).not.toContain('invitation')
  }
})

async function newInvitation() {
  const { id } = await environment.sdk.organizations.create({ name: 'Acme', slug: unique('acme') })
  return { email: 'ada@example.com', orgId: id }
}

test('a kept answer opens only as the answer of its own key', async () => {
  const [mine, theirs] = [randomUUID(), randomUUID()]
  await write({ key: mine, body: { username: unique('mine') } })
  const before = await kept()
  const other = { key: theirs, body: { username: unique('theirs') } }
  await write(other)
  const [added] = (await kept()).filter(
    ({ key_hash }) => !before.some((row) => row.key_hash.equals(key_hash)),
  )
  await server.owner.query('update idempotency_keys set answer_sealed = $1 where key_hash = $2', [
    before[0]?.answer_sealed,
    added?.key_hash,
  ])
  expectProblem(await write(other), 500, 'internal_error')
})

async function kept(): Promise<{ key_hash: Buffer; answer_sealed: Buffer }[]> {
  const { rows } = await server.owner.query(
    'select key_hash, answer_sealed from idempotency_keys where environment_id = $1',
    [environment.id],
  )
  return rows
}

describe.each(routes.filter(({ method }) => method !== 'GET').map((route) => [route.id, route] as const))(
  '%s',
  (_id, route) => {
    const promise = route.idempotent
      ? 'does once what two requests with one key ask for'
      : 'is not changed by a key: the contract promises no replay'
    test(promise, async () => {
      const tenant = await makeTenantFor(route, server)
      const body = exampleBody(route, tenant)
      const ask = () =>
        send(server.url, {
          method: route.method,
          path: pathOf(route, tenant),
          headers: {
            ...ownCredential(route, tenant),
            'content-type': 'application/json',
            'idempotency-key': 'one',
          },
          ...(body && { body: JSON.stringify(body) }),
        })
      const first = await ask()
      const events = await countEvents(tenant.environment.id)
      const second = await ask()
      expect(isReplay(first)).toBe(false)
      expect(isReplay(second)).toBe(route.idempotent === true)
      if (!route.idempotent) return
      expect([first.status, second.status]).toEqual([route.status, route.status])
      expect(second.text).toBe(first.text)
      expect(await countEvents(tenant.environment.id)).toBe(events)
    })
  },
)

async function countEvents(environmentId: string): Promise<number> {
  const { rows } = await server.owner.query(
    'select count(*)::int as n from events where environment_id = $1',
    [environmentId],
  )
  return rows[0].n
}

// Last, because it moves the clock.
test('an answer is kept for a day, and swept after it', async () => {
  const wanted = { key: randomUUID() }
  const first = await write(wanted)
  server.clock.advance({ hours: 23, minutes: 59 })
  expect((await write(wanted)).text).toBe(first.text)
  expect((await write({ key: randomUUID() })).status).toBe(201)
  server.clock.advance({ minutes: 2 })
  const again = await write(wanted)
  expect([again.status, isReplay(again)]).toEqual([201, false])
  expect(again.text).not.toBe(first.text)
  await sweepRequests(server.database.anywhere)
  // The recent one and the new answer of the old key.
  expect(await countKept()).toBe(2)
})
