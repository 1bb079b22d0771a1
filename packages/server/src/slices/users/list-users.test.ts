import type { Claviger, User } from '@claviger/sdk'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import type { PageRequest } from '#kernel/page'
import type { Queries, Statement } from '#kernel/queries'
import { listUsers } from './store.js'

const server = testServer()

/** Asks with a query as it stands, which the types of the SDK may not allow. */
function list(environment: TestEnvironment, query: string) {
  const headers = { authorization: `Bearer ${environment.secretKey}` }
  return environment.browser().get(`/v1/admin/users?${query}`, headers)
}

function createMany(sdk: Claviger, count: number): Promise<User[]> {
  return Promise.all(Array.from({ length: count }, () => sdk.users.create({})))
}

/** What a list asks the database for. */
async function statementOf(environmentId: string, request: PageRequest) {
  const asked: ReturnType<Statement<unknown>['compile']>[] = []
  const one = async (statement: Statement<unknown>) => {
    asked.push(statement.compile())
    return { rows: [], total: 0 }
  }
  await listUsers({ environmentId, one } as unknown as Queries, {}, request)
  return asked[0] as (typeof asked)[number]
}

const idsOf = (users: readonly { id: string }[]) => users.map(({ id }) => id)

/** Newest first, the id breaking ties. */
function newestFirst(users: readonly User[]): User[] {
  return users.toSorted((a, b) => (`${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? 1 : -1))
}

/** How many rows there really are, whatever the counters say. */
async function countRows(environment: TestEnvironment): Promise<number> {
  const { rows } = await server.owner.query(
    'select count(*)::int as n from users where environment_id = $1',
    [environment.id],
  )
  return rows[0].n
}

describe('pages', () => {
  test('users.list answers an empty page of an empty environment', async () => {
    const answer = await list(await server.environment(), '')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ users: [], total: 0, limit: 50, offset: 0, nextCursor: null })
  })

  test('users.list shows the newest first, and of those of one instant the highest id', async () => {
    const environment = await server.environment()
    const users = await createMany(environment.sdk, 6)
    server.clock.advance({ seconds: 1 })
    users.push(...(await createMany(environment.sdk, 2)))
    const together = idsOf(users.slice(0, 3))
    await server.owner.query(
      `update users set created_at = (select min(created_at) from users where id = any($1))
       where id = any($1)`,
      [together],
    )
    const listed = (await environment.sdk.users.list()).users
    expect(listed).toHaveLength(8)
    expect(idsOf(listed)).toEqual(idsOf(newestFirst(listed)))
    expect(new Set(idsOf(listed))).toEqual(new Set(idsOf(users)))
    expect(idsOf(listed.slice(0, 2)).sort()).toEqual(idsOf(users.slice(6)).sort())
  })

  test('the list of all users is planned once and not for each page, which takes longer than reading one', async () => {
    const environment = await server.environment()
    await createMany(environment.sdk, 3)
    const { sql, parameters } = await statementOf(environment.id, { limit: 2, offset: 0, after: undefined })
    const connection = await server.owner.connect()
    try {
      // PostgreSQL plans a statement anew five times, before it decides whether that is worth it.
      for (let times = 1; times <= 8; times++)
        await connection.query({ name: 'page', text: sql, values: [...parameters] })
      const { rows } = await connection.query(
        "select custom_plans::int as anew, generic_plans::int as kept from pg_prepared_statements where name = 'page'",
      )
      expect(rows).toEqual([{ anew: 5, kept: 3 }])
    } finally {
      connection.release(true)
    }
  })

  test('users.list cuts pages by limit and offset, with the exact total on each', async () => {
    const { sdk } = await server.environment()
    await createMany(sdk, 5)
    const all = idsOf((await sdk.users.list()).users)
    for (const [limit, offset] of [
      [2, 0],
      [2, 2],
      [2, 4],
      [1, 4],
      [5, 0],
      [100, 1],
    ] as const) {
      const page = await sdk.users.list({ limit, offset })
      expect(idsOf(page.users)).toEqual(all.slice(offset, offset + limit))
      expect(page).toMatchObject({ total: 5, limit, offset })
      expect(page.nextCursor !== null).toBe(offset + limit < 5)
    }
  })

  test('users.list answers an empty page beyond the end, with the exact total', async () => {
    const { sdk } = await server.environment()
    await createMany(sdk, 3)
    for (const offset of [3, 4, 1_000_000]) {
      const page = await sdk.users.list({ offset })
      expect(page).toMatchObject({ users: [], total: 3, offset, nextCursor: null })
    }
  })

  test('users.list lowers a limit above 100 to 100 and echoes that', async () => {
    const environment = await server.environment()
    await createMany(environment.sdk, 101)
    for (const limit of ['101', '1000000000', '1e400', '99999999999999999999999']) {
      const { status, body } = await list(environment, `limit=${limit}`)
      expect(status).toBe(200)
      expect(body.users).toHaveLength(100)
      expect(body).toMatchObject({ limit: 100, total: 101 })
    }
    expect((await list(environment, '')).body.users).toHaveLength(50)
  })

  test.each([
    ['limit=0', '/query/limit'],
    ['limit=-1', '/query/limit'],
    ['limit=abc', '/query/limit'],
    ['limit=', '/query/limit'],
    ['limit=1.5', '/query/limit'],
    ['limit=2&limit=3', '/query/limit'],
    ['offset=-1', '/query/offset'],
    ['offset=x', '/query/offset'],
    ['offset=1000001', '/query/offset'],
    ['offset=10000000', '/query/offset'],
    ['isBanned=maybe', '/query/isBanned'],
    ['search=', '/query/search'],
    [`search=${'a'.repeat(255)}`, '/query/search'],
    [`email=${'a'.repeat(255)}`, '/query/email'],
    [`username=${'a'.repeat(65)}`, '/query/username'],
    [`externalId=${'a'.repeat(256)}`, '/query/externalId'],
    [`after=${'a'.repeat(513)}`, '/query/after'],
    ['search=a%00b', '/query/search'],
    ['email=%00', '/query/email'],
  ])('users.list refuses ?%s and names the parameter', async (query, pointer) => {
    const answer = await list(await server.environment(), query)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] })
  })
})

describe('cursors', () => {
  test('users.list walks 250 users by cursor while more are created, misses and repeats none', async () => {
    const { sdk } = await server.environment()
    const expected = idsOf(newestFirst(await createMany(sdk, 250)))
    const walked: string[] = []
    let after: string | undefined
    for (let pages = 1; pages <= 20; pages++) {
      const [page] = await Promise.all([sdk.users.list({ limit: 33, after }), createMany(sdk, 3)])
      if (pages > 1) expect(page.offset).toBe(0)
      walked.push(...idsOf(page.users))
      if (page.nextCursor === null) break
      after = page.nextCursor
    }
    // Only the first page may have seen some of those that came with it.
    expect(walked.filter((id) => expected.includes(id))).toEqual(expected)
    expect(new Set(walked).size).toBe(walked.length)
    expect(walked.length - expected.length).toBeLessThanOrEqual(3)
  })

  test('users.list walks by cursor through users of one and the same instant', async () => {
    const environment = await server.environment()
    await createMany(environment.sdk, 25)
    await server.owner.query('update users set created_at = instant() where environment_id = $1', [
      environment.id,
    ])
    const walked = await environment.sdk.users.list({ limit: 4 }).toArray({ limitMax: 100 })
    expect(new Set(idsOf(walked)).size).toBe(25)
    expect(idsOf(walked)).toEqual(idsOf(walked).sort().reverse())
  })

  test('users.list walks by cursor through what a filter matches, past users deleted meanwhile', async () => {
    const { sdk } = await server.environment()
    for (let i = 0; i < 6; i++) {
      await sdk.users.create({ externalId: `wanted-${i}` })
      await sdk.users.create({ externalId: `other-${i}` })
    }
    const first = await sdk.users.list({ search: 'wanted', limit: 2 })
    expect(first.users.map(({ externalId }) => externalId)).toEqual(['wanted-5', 'wanted-4'])
    const last = first.users[1]
    if (last) await sdk.users.delete(last.id)
    const second = await sdk.users.list({ search: 'wanted', limit: 3, after: first.nextCursor ?? '' })
    expect(second.users.map(({ externalId }) => externalId)).toEqual(['wanted-3', 'wanted-2', 'wanted-1'])
    expect(second.total).toBe(5)
  })

  test('users.list shows nothing of another environment to whoever brings its cursor', async () => {
    const [own, other] = [await server.environment(), await server.environment()]
    await createMany(own.sdk, 2)
    await createMany(other.sdk, 4)
    const { nextCursor } = await other.sdk.users.list({ limit: 1 })
    const page = await own.sdk.users.list({ after: nextCursor ?? '' })
    const owned = idsOf((await own.sdk.users.list()).users)
    expect(idsOf(page.users)).toEqual(owned)
    expect(page.total).toBe(2)
  })

  test.each([
    ['is garbage', 'garbage'],
    ['is empty', ''],
    ['has no id', Buffer.from('2026-11-22T00:00:00.000Z').toString('base64url')],
    ['has a day that no month has', Buffer.from(`2026-02-30T00:00:00.000Z ${newId()}`).toString('base64url')],
    ['has the year 0', Buffer.from(`0000-01-01T00:00:00.000Z ${newId()}`).toString('base64url')],
    ['has SQL', Buffer.from("2026-11-22T00:00:00.000Z ' or 1=1").toString('base64url')],
  ])('users.list refuses a cursor that %s', async (_, after) => {
    const answer = await list(await server.environment(), `after=${after}`)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid_cursor')
  })

  test('users.list answers every forged cursor with a page or with 400', async () => {
    const environment = await server.environment()
    const instant = fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
    await fc.assert(
      fc.asyncProperty(instant, fc.uuid(), async (createdAt, id) => {
        const after = Buffer.from(`${createdAt} ${id}`).toString('base64url')
        expect([200, 400]).toContain((await list(environment, `after=${after}`)).status)
      }),
    )
  })
})

describe('filters', () => {
  test('users.list finds an address, in whatever case it is asked for, and no part of one', async () => {
    const { sdk } = await server.environment()
    const ada = await sdk.users.create({ email: 'Ada@Example.com' })
    await sdk.users.create({ email: 'bada@example.com' })
    for (const email of ['Ada@Example.com', 'ada@example.com', 'ADA@EXAMPLE.COM']) {
      expect(await sdk.users.list({ email })).toMatchObject({ users: [ada], total: 1 })
    }
    for (const email of ['ada@example.co', 'da@example.com', '%@example.com', 'ada_example.com', '']) {
      expect(await sdk.users.list({ email })).toMatchObject({ users: [], total: 0 })
    }
  })

  test('users.list finds a username without case, and an external id with it', async () => {
    const { sdk } = await server.environment()
    const ada = await sdk.users.create({ username: 'Ada', externalId: 'CRM-1' })
    await sdk.users.create({ username: 'ada2', externalId: 'CRM-10' })
    expect(await sdk.users.list({ username: 'aDA' })).toMatchObject({ users: [ada], total: 1 })
    expect(await sdk.users.list({ username: 'ad' })).toMatchObject({ users: [], total: 0 })
    expect(await sdk.users.list({ externalId: 'CRM-1' })).toMatchObject({ users: [ada], total: 1 })
    expect(await sdk.users.list({ externalId: 'crm-1' })).toMatchObject({ users: [], total: 0 })
  })

  test('users.list finds a phone number, and refuses what is none', async () => {
    const { sdk } = await server.environment()
    const ada = await sdk.users.create({ phoneNumber: '+905321234567' })
    await sdk.users.create({ phoneNumber: '+905321234568' })
    expect(await sdk.users.list({ phoneNumber: '+905321234567' })).toMatchObject({ users: [ada], total: 1 })
    expect(await sdk.users.list({ phoneNumber: '+90532123456' })).toMatchObject({ users: [], total: 0 })
    await expect(sdk.users.list({ phoneNumber: '905321234567' })).rejects.toMatchObject({ status: 400 })
  })

  test('users.list tells banned users from the others; a ban that has expired is none', async () => {
    const { sdk } = await server.environment()
    const free = await sdk.users.create({})
    const forGood = await sdk.users.create({})
    const forAnHour = await sdk.users.create({})
    await sdk.users.ban(forGood.id)
    await sdk.users.ban(forAnHour.id, { expiresAt: new Date(server.clock.now() + 3_600_000).toISOString() })
    const idsBy = async (isBanned: boolean) => {
      const { users, total } = await sdk.users.list({ isBanned })
      expect(total).toBe(users.length)
      expect(users.every((user) => user.isBanned === isBanned)).toBe(true)
      return idsOf(users)
    }
    expect(await idsBy(true)).toEqual([forAnHour.id, forGood.id])
    expect(await idsBy(false)).toEqual([free.id])
    server.clock.advance({ hours: 1 })
    expect(await idsBy(true)).toEqual([forGood.id])
    expect(await idsBy(false)).toEqual([forAnHour.id, free.id])
  })

  test('users.list wants every filter that is named to match', async () => {
    const { sdk } = await server.environment()
    const ada = await sdk.users.create({ email: 'ada@example.com', username: 'ada' })
    await sdk.users.create({ email: 'bob@example.com', username: 'bob' })
    await sdk.users.ban(ada.id)
    const query = { email: 'ada@example.com', username: 'ada', search: 'example', isBanned: true }
    expect(idsOf((await sdk.users.list(query)).users)).toEqual([ada.id])
    expect((await sdk.users.list({ ...query, username: 'bob' })).total).toBe(0)
    expect((await sdk.users.list({ ...query, isBanned: false })).total).toBe(0)
  })

  test('users.list passes over parameters that it does not know', async () => {
    const environment = await server.environment()
    await createMany(environment.sdk, 1)
    expect((await list(environment, 'orderBy=email&environmentId=1')).body.total).toBe(1)
  })
})

describe('search', () => {
  test('users.list finds a part of an address, a username or an external id, without case', async () => {
    const { sdk } = await server.environment()
    const byEmail = await sdk.users.create({ email: 'Grace.Hopper@navy.example' })
    const byName = await sdk.users.create({ username: 'grasshopper' })
    const byExternalId = await sdk.users.create({ externalId: 'team/HOPPERS' })
    await sdk.users.create({ email: 'ada@example.com', username: 'ada', externalId: 'x' })
    const page = await sdk.users.list({ search: 'hOpPeR' })
    expect(idsOf(page.users)).toEqual([byExternalId.id, byName.id, byEmail.id])
    expect(page.total).toBe(3)
    expect(idsOf((await sdk.users.list({ search: '@navy' })).users)).toEqual([byEmail.id])
  })

  test('users.list shows a user once whose names all match', async () => {
    const { sdk } = await server.environment()
    const ada = await sdk.users.create({
      email: 'lovelace@example.com',
      username: 'lovelace',
      externalId: 'lovelace',
    })
    expect(await sdk.users.list({ search: 'lovelace' })).toMatchObject({ users: [ada], total: 1 })
  })

  test('users.list takes one or two characters as how a name begins', async () => {
    const { sdk } = await server.environment()
    const ada = await sdk.users.create({ username: 'ada' })
    const dada = await sdk.users.create({ username: 'dada' })
    expect(idsOf((await sdk.users.list({ search: 'a' })).users)).toEqual([ada.id])
    expect(idsOf((await sdk.users.list({ search: 'AD' })).users)).toEqual([ada.id])
    expect(idsOf((await sdk.users.list({ search: 'ada' })).users)).toEqual([dada.id, ada.id])
  })

  test('users.list takes %, _ and \\ as the characters they are', async () => {
    const { sdk } = await server.environment()
    const hostile = ['a', 'b', '%', '_', '\\', "'"]
    const word = fc.string({ unit: fc.constantFrom(...hostile), minLength: 1, maxLength: 5 })
    const externalIds = [...new Set(fc.sample(word, 60)), '%', '_', '\\', '\\%', 'a%b', 'a_b', 'a\\b', 'axb']
    await Promise.all([...new Set(externalIds)].map((externalId) => sdk.users.create({ externalId })))
    const found = async (search: string) =>
      (await sdk.users.list({ search, limit: 100 })).users.map(({ externalId }) => externalId).sort()
    expect(await found('a_b')).not.toContain('axb')
    await fc.assert(
      fc.asyncProperty(word, async (search) => {
        const matches = (text: string) =>
          search.length < 3 ? text.startsWith(search) : text.includes(search)
        expect(await found(search)).toEqual([...new Set(externalIds)].filter(matches).sort())
      }),
      { numRuns: 60 },
    )
  })

  test.each(["' or 1=1 --", '"; drop table users', '$1', ':x', '%%%', '___', '(?:', '{{constructor}}'])(
    'users.list finds nobody by %s, and everybody is still there',
    async (search) => {
      const { sdk } = await server.environment()
      await sdk.users.create({ email: 'ada@example.com' })
      expect(await sdk.users.list({ search })).toMatchObject({ users: [], total: 0 })
      expect((await sdk.users.list()).total).toBe(1)
    },
  )

  test('users.list never finds a user of another environment, by whatever filter', async () => {
    const [own, other] = [await server.environment(), await server.environment()]
    const names = { email: 'ada@example.com', username: 'ada', externalId: 'crm-1' }
    const { id } = await other.sdk.users.create(names)
    await other.sdk.users.ban(id)
    const queries = [{}, { search: 'ada' }, { search: 'a' }, { isBanned: true }, ...entriesOf(names)]
    for (const query of queries) {
      expect(await own.sdk.users.list(query)).toMatchObject({ users: [], total: 0 })
      expect(await other.sdk.users.list(query)).toMatchObject({ total: 1 })
    }
  })
})

/** Each field as an object of its own. */
function entriesOf(fields: Record<string, string>): Record<string, string>[] {
  return Object.entries(fields).map(([name, value]) => ({ [name]: value }))
}

describe('the total', () => {
  test('users.list counts exactly through creating, refusing, changing, banning and deleting', async () => {
    const environment = await server.environment()
    const { sdk } = environment
    const total = async () => {
      const { total } = await sdk.users.list({ limit: 1 })
      expect(total).toBe(await countRows(environment))
      return total
    }
    expect(await total()).toBe(0)
    const [ada, bob] = [await sdk.users.create({ email: 'ada@example.com' }), await sdk.users.create({})]
    expect(await total()).toBe(2)
    // Its row is inserted and counted before the address is found to be taken.
    await expect(sdk.users.create({ email: 'ada@example.com' })).rejects.toMatchObject({ status: 409 })
    expect(await total()).toBe(2)
    await sdk.users.update(ada.id, { username: 'ada' })
    await sdk.users.ban(bob.id)
    expect(await total()).toBe(2)
    await sdk.users.delete(bob.id)
    await expect(sdk.users.delete(bob.id)).rejects.toMatchObject({ status: 404 })
    expect(await total()).toBe(1)
    await sdk.users.delete(ada.id)
    expect(await total()).toBe(0)
  })

  test('users.list counts exactly when a transaction is rolled back', async () => {
    const { sdk, id } = await server.environment()
    await createMany(sdk, 2)
    const client = await server.owner.connect()
    await client.query('begin')
    await client.query('insert into users (environment_id, id) values ($1, $2)', [id, newId()])
    await client.query('delete from users where environment_id = $1', [id])
    await client.query('rollback')
    client.release()
    expect((await sdk.users.list()).total).toBe(2)
  })

  test('users.list counts rows that one statement inserts or deletes together', async () => {
    const environment = await server.environment()
    await server.owner.query(
      'insert into users (environment_id, id) select $1, gen_random_uuid() from generate_series(1, 1000)',
      [environment.id],
    )
    expect((await environment.sdk.users.list()).total).toBe(1_000)
    await server.owner.query(
      'delete from users where id in (select id from users where environment_id = $1 limit 400)',
      [environment.id],
    )
    expect((await environment.sdk.users.list()).total).toBe(600)
  })

  test('users.list counts exactly after 200 created at once, and after half deleted at once', async () => {
    const environment = await server.environment()
    const { sdk } = environment
    const users = await createMany(sdk, 200)
    expect((await sdk.users.list()).total).toBe(200)
    await Promise.all(users.slice(100).map(({ id }) => sdk.users.delete(id)))
    expect((await sdk.users.list()).total).toBe(100)
    expect(await countRows(environment)).toBe(100)
    expect((await sdk.events.list()).total).toBe(300)
  })

  test('users.list counts each environment for itself', async () => {
    const [own, other] = [await server.environment(), await server.environment()]
    await Promise.all([createMany(own.sdk, 3), createMany(other.sdk, 5)])
    expect((await own.sdk.users.list()).total).toBe(3)
    expect((await other.sdk.users.list()).total).toBe(5)
  })
})

describe('roles', () => {
  test('users.list finds users by their role, and leaves out those who administer the product', async () => {
    const { sdk } = await server.environment()
    const roles = ['admin', 'instance_admin', 'tenant_admin', 'editor', undefined]
    await Promise.all(roles.map((role) => sdk.users.create({ ...(role !== undefined && { role }) })))
    const rolesOf = async (query: Parameters<typeof sdk.users.list>[0]) => {
      const { items, total } = await sdk.users.list(query)
      expect(items).toHaveLength(total)
      return items.map(({ role }) => role).sort()
    }
    expect(await rolesOf({ role: 'editor' })).toEqual(['editor'])
    expect(await rolesOf({ role: 'user' })).toEqual(['user'])
    expect(await rolesOf({ excludeAdmins: true })).toEqual(['editor', 'user'])
    expect(await rolesOf({ excludeAdmins: false })).toHaveLength(5)
    const [editor] = (await sdk.users.list({ role: 'editor' })).items
    expect((await sdk.users.update(editor?.id ?? '', { role: 'owner' })).role).toBe('owner')
    for (const role of ['', ' ', 'x'.repeat(65)]) {
      await expect(sdk.users.update(editor?.id ?? '', { role })).rejects.toMatchObject({ status: 400 })
    }
  })
})
