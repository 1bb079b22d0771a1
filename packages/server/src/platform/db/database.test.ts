import { randomUUID } from 'node:crypto'
import { errors } from '@claviger/contract'
import {
  createTestDatabase,
  startTestServer,
  type TestDatabase,
  type TestEnvironment,
  type TestServer,
  testServer,
} from '@claviger/server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Failure } from '#kernel/failure'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { type Database, openDatabase } from './database.js'
import { interruptible } from './interruptible-connection.fixture.js'
import { statement } from './statement.js'

const server = testServer()
let environment: TestEnvironment
beforeAll(async () => {
  environment = await server.environment()
})

const raw = <Row>(text: string, values: unknown[] = []) => statement<Row>(text, values)
const insertUser = (username: string, id = newId()) =>
  raw('insert into users (environment_id, id, username) values (current_environment(), $1, $2)', [
    id,
    username,
  ])
const unique = () => `u-${randomUUID()}`

async function countUsers(username: string): Promise<number> {
  const { rows } = await server.owner.query('select count(*)::int as n from users where username = $1', [
    username,
  ])
  return rows[0].n
}

/** A promise that a test keeps when it wants to. */
function signal() {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { give, given }
}

describe('a transaction', () => {
  const transaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    server.database.transaction(environment.id, work)

  test('keeps all of its statements, or none', async () => {
    const [kept, lost] = [unique(), unique()]
    expect(await transaction(async (tx) => tx.run(insertUser(kept)))).toBe(1)
    const attempt = transaction(async (tx) => {
      await tx.run(insertUser(lost))
      throw new Failure({ code: 'refused', status: 400, title: 'Refused', detail: 'Not like this.' })
    })
    await expect(attempt).rejects.toThrow('Not like this.')
    expect([await countUsers(kept), await countUsers(lost)]).toEqual([1, 0])
  })

  test('whose failed statement was swallowed is not kept, and does not claim to be', async () => {
    const username = unique()
    const attempt = transaction(async (tx) => {
      await tx.run(insertUser(username))
      await tx.run(raw('select 1 / 0')).catch(() => {})
      return 'done'
    })
    await expect(attempt).rejects.toThrow('was not kept')
    expect(await countUsers(username)).toBe(0)
  })

  test('that the database ends because of a deadlock is run again, and both have their effect', async () => {
    const [one, two] = [newId(), newId()]
    await transaction(async (tx) => {
      await tx.run(insertUser(unique(), one))
      await tx.run(insertUser(unique(), two))
    })
    const touch = (id: string, by: string) =>
      raw("update users set ban_reason = coalesce(ban_reason, '') || $2 where id = $1", [id, by])
    const [hasOne, hasTwo] = [signal(), signal()]
    const attempts = { a: 0, b: 0 }
    await Promise.all([
      transaction(async (tx) => {
        attempts.a++
        await tx.run(touch(one, 'a'))
        hasOne.give()
        await hasTwo.given
        await tx.run(touch(two, 'a'))
      }),
      transaction(async (tx) => {
        attempts.b++
        await tx.run(touch(two, 'b'))
        hasTwo.give()
        await hasOne.given
        await tx.run(touch(one, 'b'))
      }),
    ])
    // The one that begins again may be as quick as the one that waits, and both stand there once more.
    expect(attempts.a + attempts.b).toBeGreaterThanOrEqual(3)
    const { rows } = await server.owner.query('select ban_reason from users where id = any($1)', [[one, two]])
    for (const { ban_reason } of rows) expect([...ban_reason].sort()).toEqual(['a', 'b'])
  })

  const conflict = raw("do $$ begin raise exception 'Conflict.' using errcode = '40001'; end $$")

  test('that the database cannot put in order is run again from its beginning', async () => {
    const username = unique()
    let attempts = 0
    const result = await transaction(async (tx) => {
      attempts++
      await tx.run(insertUser(username))
      if (attempts < 4) await tx.run(conflict)
      return attempts
    })
    expect([result, await countUsers(username)]).toEqual([4, 1])
  })

  test('is given up after four attempts, with nothing kept, to be asked for again', async () => {
    const username = unique()
    let attempts = 0
    const attempt = transaction(async (tx) => {
      attempts++
      await tx.run(insertUser(username))
      await tx.run(conflict)
    })
    await expect(attempt).rejects.toMatchObject({ definition: { code: 'unavailable' } })
    expect([attempts, await countUsers(username)]).toEqual([4, 0])
  })

  test('that fails for another reason is run once', async () => {
    let attempts = 0
    const attempt = transaction(async (tx) => {
      attempts++
      await tx.run(raw('select 1 / 0'))
    })
    await expect(attempt).rejects.toMatchObject({ code: '22012' })
    expect(attempts).toBe(1)
  })

  test('waits for a connection where there are more transactions than connections', async () => {
    const narrow = openDatabase({
      connectionString: server.databaseUrl,
      pooling: 'session',
      connectionsMax: 2,
      connectionMsMax: 60_000,
    })
    const username = unique()
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        narrow.transaction(environment.id, (tx) => tx.run(insertUser(`${username}-${i}`))),
      ),
    )
    await narrow.close()
    const { rows } = await server.owner.query('select count(*)::int as n from users where username like $1', [
      `${username}-%`,
    ])
    expect(rows[0].n).toBe(50)
  })
})

test('a refusal that quotes the words of an outage is still a refusal', async () => {
  const { sdk } = environment
  for (const username of ['terminated', 'connection', 'not-queryable']) {
    await sdk.users.create({ username, email: `${username}@connection.example.com` })
    await expect(sdk.users.create({ username })).rejects.toMatchObject({
      status: 409,
      code: 'username_taken',
    })
    await expect(sdk.users.create({ email: `${username}@connection.example.com` })).rejects.toMatchObject({
      status: 409,
      code: 'email_taken',
    })
  }
})

describe.each(['session', 'transaction'] as const)('with %s pooling', (pooling) => {
  let database: Database
  beforeAll(() => {
    database = openDatabase({ connectionString: server.databaseUrl, pooling, connectionsMax: 3 })
  })
  afterAll(() => database.close())

  test('every statement runs as the application, in UTC and within limits of time', async () => {
    const settings = raw(`
      select current_user::text as role, current_setting('timezone') as timezone,
             current_setting('statement_timeout') as statement_timeout,
             current_setting('lock_timeout') as lock_timeout,
             current_setting('search_path') as search_path, current_environment()::text as environment`)
    const expected = {
      role: 'claviger_app',
      timezone: 'UTC',
      statement_timeout: '15s',
      lock_timeout: '10s',
      search_path: expect.stringMatching(/^claviger, ?public$/),
    }
    const inside = { ...expected, environment: environment.id }
    expect(await database.read(environment.id).one(settings)).toEqual(inside)
    expect(await database.transaction(environment.id, (tx) => tx.one(settings))).toEqual(inside)
    expect(await database.anywhere.one(settings)).toEqual({ ...expected, environment: null })
  })

  test('one environment after another on the same connection sees its own rows only', async () => {
    const other = await server.environment()
    await other.sdk.users.create({ username: 'theirs' })
    const names = raw<{ username: string }>("select username from users where username = 'theirs'")
    for (let i = 0; i < 20; i++) {
      const [id, expected] = i % 2 === 0 ? [environment.id, []] : [other.id, [{ username: 'theirs' }]]
      expect(await database.read(id).many(names)).toEqual(expected)
      expect(await database.transaction(id, (tx) => tx.many(names))).toEqual(expected)
      expect(await database.anywhere.many(names)).toEqual([])
    }
  })

  test('an instant is read as it is, however the database likes to write one', async () => {
    const testDatabase = await createTestDatabase()
    const name = new URL(testDatabase.url).pathname.slice(1)
    await server.owner.query(
      `alter database ${name} set datestyle = 'SQL, DMY'; alter database ${name} set timezone = 'Asia/Tokyo'`,
    )
    const foreign = openDatabase({ connectionString: testDatabase.url, pooling, connectionsMax: 1 })
    const instant = raw("select timestamptz '2030-02-01T03:04:05.678Z' as it")
    expect(await foreign.anywhere.one(instant)).toEqual({ it: '2030-02-01T03:04:05.678Z' })
    expect(await foreign.transaction(newId(), (tx) => tx.one(instant))).toEqual({
      it: '2030-02-01T03:04:05.678Z',
    })
    await foreign.close()
    await testDatabase.drop()
  })

  test('a statement that yields too little is a fault of the program', async () => {
    await expect(database.read(environment.id).one(raw('select 1 where false'))).rejects.toThrow(
      'yielded none',
    )
    expect(await database.read(environment.id).first(raw('select 1 where false'))).toBeUndefined()
  })

  const promise = {
    session: 'a statement is prepared once, however often it runs',
    transaction: 'nothing is prepared on a server that may be another one next time',
  }
  test(promise[pooling], async () => {
    const text = `select id from users where username = $1 -- ${unique()}`
    const prepared = raw<{ n: number }>(
      'select count(*)::int as n from pg_prepared_statements where $1 in (statement, $2)',
      [text, ''],
    )
    const n = await database.transaction(environment.id, async (tx) => {
      for (const username of ['a', 'b', 'c']) await tx.many(raw(text, [username]))
      return (await tx.one(prepared)).n
    })
    expect(n).toBe(pooling === 'session' ? 1 : 0)
  })
})

describe('behind a pooler', () => {
  let testDatabase: TestDatabase
  beforeAll(async () => {
    testDatabase = await createTestDatabase()
  })
  afterAll(() => testDatabase.drop())

  /** What a backend and its users do in a day, as far as it does not depend on the time. */
  async function story({ environment: make, url }: TestServer): Promise<unknown[]> {
    const [own, other] = [await make(), await make()]
    const told: unknown[] = []
    const ada = await own.signedUp('ada@example.com')
    const bob = await other.signedUp('ada@example.com')
    const create = () =>
      fetch(`${url}/v1/admin/organizations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${own.secretKey}`,
          'content-type': 'application/json',
          'idempotency-key': 'one',
        },
        body: JSON.stringify({ name: 'Acme', slug: 'acme', createdBy: ada.userId }),
      })
    const [first, again] = [await create(), await create()]
    told.push(first.status, again.headers.get('idempotency-replayed'))
    const { organization } = (await first.json()) as { organization: { id: string } }
    const invitation = await own.sdk.invitations.create({ email: 'eve@example.com', orgId: organization.id })
    const eve = await own.signedUp('eve@example.com')
    const accept = () => eve.post('/v1/orgs/invitations/accept', { token: invitation.token })
    told.push((await accept()).status, (await accept()).body.code)
    told.push((await bob.get(`/v1/orgs/${organization.id}`)).status)
    told.push((await own.sdk.memberships.list(organization.id)).items.map(({ email, role }) => [email, role]))
    told.push((await own.sdk.users.list({ search: 'example' })).total, (await other.sdk.users.list()).total)
    await own.sdk.users.ban(ada.userId, { reason: 'story' })
    told.push((await ada.get('/v1/me')).body.code, (await eve.get('/v1/me')).status)
    told.push((await own.sdk.events.list()).items.map(({ type, actor }) => [type, actor.type]))
    return told
  }

  test('a server gives the same answers as with connections of its own', async () => {
    const direct = await startTestServer(testDatabase)
    const expected = await story(direct.server)
    expect(expected.slice(0, 5)).toEqual([201, 'true', 200, 'invitation_already_used', 404])
    const pooled = await startTestServer(testDatabase, { pooling: 'transaction', seal: direct.server.seal })
    expect(await story(pooled.server)).toEqual(expected)
    await Promise.all([direct.stop(), pooled.stop()])
  })
})

describe('an outage', () => {
  interface Told {
    readonly status: number
    readonly code: string | undefined
    readonly retryAfter: string | null
  }

  async function ask({ url }: TestServer, { secretKey }: TestEnvironment, body?: object): Promise<Told> {
    const response = await fetch(`${url}/v1/admin/users`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const { code } = (await response.json()) as { code?: string }
    return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
  }
  const unavailable = { status: 503, code: 'unavailable', retryAfter: '1' }

  async function waiting(): Promise<number> {
    const { rows } = await server.owner.query(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and application_name = 'claviger' and wait_event_type = 'Lock'`,
    )
    return rows[0].n
  }

  test('of every connection fails the requests under way, to be repeated, and no others', async () => {
    const before = (await environment.sdk.users.list({ limit: 1 })).total
    const blocker = await server.owner.connect()
    await blocker.query('begin; lock table users in access exclusive mode')
    const underWay = [
      ...Array.from({ length: 6 }, () => ask(server, environment)),
      ...Array.from({ length: 6 }, () => ask(server, environment, {})),
    ]
    // Six that write have a connection each; those that read share three.
    await expect.poll(waiting).toBe(9)
    await blocker.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'claviger'`,
    )
    for (const answer of await Promise.all(underWay)) expect(answer).toEqual(unavailable)
    await blocker.query('commit')
    blocker.release()
    for (let i = 0; i < 10; i++) {
      expect((await ask(server, environment)).status).toBe(200)
      expect((await ask(server, environment, {})).status).toBe(201)
    }
    expect((await environment.sdk.users.list({ limit: 1 })).total).toBe(before + 10)
  })

  test('in the middle of a commit is told as what it is: nobody knows what was kept', async () => {
    await server.owner.query(`
      create function end_connection() returns trigger language plpgsql security definer as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create constraint trigger end_connection after insert on users
        deferrable initially deferred for each row execute function end_connection()`)
    try {
      const [username, retryAfter] = [unique(), null]
      const told = await ask(server, environment, { username })
      expect(told).toEqual({ status: 500, code: 'outcome_unknown', retryAfter })
      expect(await countUsers(username)).toBe(0)
    } finally {
      await server.owner.query('drop function end_connection cascade')
    }
    expect((await ask(server, environment, {})).status).toBe(201)
  })

  test('of the way to the database makes the server not ready, and heals with it', async () => {
    const testDatabase = await createTestDatabase()
    const way = await interruptible(testDatabase.url)
    const { server: remote, stop } = await startTestServer({ ...testDatabase, url: way.url })
    const state = async () => {
      const [ready, live] = await Promise.all([fetch(`${remote.url}/readyz`), fetch(`${remote.url}/livez`)])
      const health = (await (await fetch(`${remote.url}/health`)).json()) as {
        services: { database: boolean }
      }
      return { ready: ready.status, live: live.status, database: health.services.database }
    }
    const [up, down] = [
      { ready: 200, live: 200, database: true },
      { ready: 503, live: 200, database: false },
    ]
    const own = await remote.environment()
    expect((await ask(remote, own, {})).status).toBe(201)
    expect(await state()).toEqual(up)
    for (let outages = 0; outages < 2; outages++) {
      way.cut()
      const during = await Promise.all([1, 2, 3].flatMap(() => [ask(remote, own), ask(remote, own, {})]))
      for (const answer of during) expect(answer).toEqual(unavailable)
      expect(await state()).toEqual(down)
      way.restore()
      const after = await Promise.all([1, 2, 3].flatMap(() => [ask(remote, own), ask(remote, own, {})]))
      expect(after.map(({ status }) => status)).toEqual([200, 201, 200, 201, 200, 201])
      expect(await state()).toEqual(up)
    }
    expect((await own.sdk.users.list()).total).toBe(7)
    await stop()
    await way.close()
    await testDatabase.drop()
  })

  test('of the way to the database is told to a browser that asks whether it may', async () => {
    const testDatabase = await createTestDatabase()
    const way = await interruptible(testDatabase.url)
    const { server: remote, stop } = await startTestServer({ ...testDatabase, url: way.url })
    way.cut()
    const preflight = await fetch(`${remote.url}/v1/me`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.b' },
    })
    expect(preflight.status).toBe(503)
    expect(preflight.headers.get('retry-after')).toBe('1')
    expect(preflight.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    await stop()
    await way.close()
    await testDatabase.drop()
  })

  test('that nothing tells of, because the network swallows what is sent, ends too', async () => {
    const way = await interruptible(server.databaseUrl)
    const remote = openDatabase({
      connectionString: way.url,
      pooling: 'session',
      connectionsMax: 2,
      answerMsMax: 500,
    })
    const one = raw<{ one: number }>('select 1 as one')
    const ask = () => [
      remote.anywhere.one(one),
      remote.read(newId()).one(one),
      remote.transaction(newId(), (tx) => tx.one(one)),
    ]
    expect(await Promise.all(ask())).toEqual([{ one: 1 }, { one: 1 }, { one: 1 }])
    way.swallow()
    // The first find their connections quiet, and those after them find no new one.
    for (let i = 0; i < 2; i++) {
      for (const result of await Promise.allSettled(ask())) {
        expect(result).toMatchObject({ status: 'rejected', reason: { definition: errors.unavailable } })
      }
    }
    way.restore()
    expect(await Promise.all(ask())).toEqual([{ one: 1 }, { one: 1 }, { one: 1 }])
    await remote.close()
    await way.close()
  })

  test('from the beginning is told by every kind of question, and by the look at the state', async () => {
    const way = await interruptible(server.databaseUrl)
    await way.close()
    const nowhere = openDatabase({ connectionString: way.url, pooling: 'session', connectionsMax: 1 })
    const failure = { definition: { code: 'unavailable' } }
    await expect(nowhere.anywhere.many(raw('select 1'))).rejects.toMatchObject(failure)
    await expect(nowhere.read(newId()).many(raw('select 1'))).rejects.toMatchObject(failure)
    await expect(nowhere.transaction(newId(), async () => 1)).rejects.toMatchObject(failure)
    expect(await nowhere.ping()).toBe(false)
    await nowhere.close()
    await expect(nowhere.read(newId()).many(raw('select 1'))).rejects.toMatchObject(failure)
  })
})
