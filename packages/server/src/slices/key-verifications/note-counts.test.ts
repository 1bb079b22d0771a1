import { randomBytes } from 'node:crypto'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { beforeEach, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { createLookUps } from '#platform/db/look-ups'
import { createVerifier } from './index.js'
import type { KeyCounts } from './key-counts.js'
import { noteCounts } from './store.js'

const server = testServer()
const newVerifier = () =>
  createVerifier(server.database.aside, createLookUps(server.database.anywhere), server.clock)
let environment: TestEnvironment
let apiId: string
beforeEach(async () => {
  environment = await server.environment()
  apiId = newId()
  await server.owner.query(
    "insert into apis (environment_id, id, name, audience) values ($1, $2, 'API', 'https://api.example.com')",
    [environment.id, apiId],
  )
})

async function makeKeys(number: number): Promise<string[]> {
  const ids = Array.from({ length: number }, newId)
  await server.owner.query(
    `insert into api_keys (environment_id, id, api_id, name, hash, scopes)
    select $1, u.id, $2, 'Key', u.hash, '{}' from unnest($3::uuid[], $4::bytea[]) as u (id, hash)`,
    [environment.id, apiId, ids, ids.map(() => randomBytes(32))],
  )
  return ids
}

interface Counted {
  readonly times: number
  readonly at: Date
  readonly ip: string | null
}

type Session = Pick<typeof server.owner, 'query'>

/** Tells the database of verifications of one key, as a node does. */
const count = (id: string, { times, at, ip }: Counted, session: Session = server.owner) =>
  session.query('select claviger.count_api_keys($1, $2, $3, $4, $5)', [
    [environment.id],
    [id],
    [times],
    [at],
    [ip],
  ])
const note = (id: string, counted: Counted) =>
  noteCounts(server.database.aside, [{ part: partOf(id), counts: countsFor([[id, counted]]) }])

const countsFor = (counted: readonly (readonly [string, Counted])[]): KeyCounts => ({
  environmentIds: counted.map(() => environment.id),
  ids: counted.map(([id]) => id),
  times: counted.map(([, { times }]) => times),
  verifiedAt: counted.map(([, { at }]) => at.getTime()),
  verifiedIps: counted.map(([, { ip }]) => ip),
})

const partOf = (id: string) => Number.parseInt(id.slice(-2), 16)
const fold = (id: string, session: Session = server.owner) =>
  session.query('select claviger.fold_api_key_counts($1)', [partOf(id)])

/** What the database has of a key's verifications. */
async function countsOf(id: string) {
  const { rows } = await server.owner.query(
    `select k.verification_count::int as count, k.last_verified_at as at, k.last_verified_ip as ip,
            k.usage_hour, k.usage_base::int,
            (select json_agg(json_build_array(extract(epoch from u.hour) * 1000, u.verifications) order by u.hour)
             from api_key_usage u where u.api_key_id = k.id) as hours
    from api_keys k where k.id = $1`,
    [id],
  )
  return rows[0]
}

const once = { times: 1, at: new Date(), ip: null }

test('verifications of many keys at once come to their rows, each of them once', async () => {
  const { count, flush, foldForgotten } = newVerifier()
  const ids = await makeKeys(600)
  for (const times of [1, 2, 3]) {
    for (const id of ids) expect(count(environment.id, id, 0, null)).toBe(times)
    await flush()
  }
  await foldForgotten(0)
  const { rows } = await server.owner.query(
    'select verification_count::int as count, count(*)::int as keys from api_keys where api_id = $1 group by 1',
    [apiId],
  )
  expect(rows).toEqual([{ count: 3, keys: 600 }])
})

test('what was noted is counted as if the row had been changed each time, also in hours that are over', async () => {
  const hourMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const verifications = [
    { times: 2, at: new Date(hourMs - 2_000), ip: '203.0.113.1' },
    { times: 1, at: new Date(hourMs + 1_000), ip: '203.0.113.2' },
    // Others have counted in the next hour already, and after these.
    { times: 3, at: new Date(hourMs - 1_000), ip: '203.0.113.3' },
    { times: 1, at: new Date(hourMs + 500), ip: '203.0.113.4' },
  ]
  const [counted, noted, folded] = (await makeKeys(3)) as [string, string, string]
  for (const verification of verifications) {
    await count(counted, verification)
    await note(noted, verification)
    await note(folded, verification)
    await fold(folded)
  }
  await fold(noted)
  const expected = {
    count: 7,
    at: new Date(hourMs + 1_000),
    ip: '203.0.113.2',
    usage_hour: new Date(hourMs),
    usage_base: 5,
    hours: [[hourMs - 3_600_000, 5]],
  }
  for (const id of [counted, noted, folded]) expect(await countsOf(id)).toEqual(expected)
})

test('of what is noted of several parts together, each key gets its own', async () => {
  const keys = await makeKeys(40)
  // Of the first part no address is known, and of the others some.
  const counted = keys.map((id, i) => {
    const ip = i % 3 === 0 ? null : i % 3 === 1 ? `203.0.113.${i}` : `2001:db8::${i}`
    return [id, { times: i + 1, at: new Date(Date.now() + i * 1_000), ip }] as const
  })
  const parts = [counted.slice(0, 1), counted.slice(1, 4), counted.slice(4, 30), counted.slice(30)]
  await noteCounts(
    server.database.aside,
    parts.map((ofPart, part) => ({ part, counts: countsFor(ofPart) })),
  )
  for (const part of parts.keys()) await server.owner.query('select claviger.fold_api_key_counts($1)', [part])
  for (const [id, { times, at, ip }] of counted)
    expect(await countsOf(id)).toMatchObject({ count: times, at, ip })
})

test('an address with several lines leaves the keys after it theirs', async () => {
  const [first, second, third] = (await makeKeys(3)) as [string, string, string]
  const counts = countsFor([
    [first, { ...once, ip: '203.0.113.1\n\n198.51.100.1' }],
    [second, { ...once, ip: '203.0.113.2' }],
    [third, { ...once, ip: null }],
  ])
  await noteCounts(server.database.aside, [{ part: partOf(first), counts }])
  await fold(first)
  const addresses = [first, second, third].map(async (id) => (await countsOf(id))?.ip)
  expect(await Promise.all(addresses)).toEqual(['203.0.113.1  198.51.100.1', '203.0.113.2', null])
})

test('an hour has all its verifications, also while another node begins the next one', async () => {
  const hourMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const [id] = (await makeKeys(1)) as [string]
  const earlier = { ...once, at: new Date(hourMs - 1_000) }
  await count(id, earlier)
  const other = await server.owner.connect()
  await other.query('begin')
  await count(id, { ...once, at: new Date(hourMs) }, other)
  const counting = count(id, earlier)
  const waiting = async () =>
    (
      await server.owner.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'count_api_keys'",
      )
    ).rowCount
  await expect.poll(waiting).toBeGreaterThan(0)
  await other.query('commit')
  other.release()
  await counting
  expect(await countsOf(id)).toMatchObject({ count: 3, usage_base: 2, hours: [[hourMs - 3_600_000, 2]] })
})

test('however many fold at once, and wherever one of them ends, what was noted is added once', async () => {
  const [id] = (await makeKeys(1)) as [string]
  await Promise.all(Array.from({ length: 40 }, () => note(id, once)))
  const dying = await server.owner.connect()
  await dying.query('begin')
  await fold(id, dying)
  await dying.query('rollback')
  dying.release()
  expect((await countsOf(id)).count).toBe(0)
  await Promise.all(Array.from({ length: 6 }, () => fold(id)))
  expect((await countsOf(id)).count).toBe(40)
})

test('what was noted by a node that is no more is folded after minutes, and of a key that is no more forgotten', async () => {
  const { foldForgotten } = newVerifier()
  const [id, gone] = (await makeKeys(2)) as [string, string]
  await note(id, once)
  await note(gone, once)
  await server.owner.query('delete from api_keys where id = $1', [gone])
  await foldForgotten(5)
  expect((await countsOf(id)).count).toBe(0)
  server.clock.advance({ minutes: 6 })
  await foldForgotten(5)
  expect((await countsOf(id)).count).toBe(1)
  const { rows } = await server.owner.query('select from api_key_count_journal where part = any($1)', [
    [partOf(id), partOf(gone)],
  ])
  expect(rows).toEqual([])
})
