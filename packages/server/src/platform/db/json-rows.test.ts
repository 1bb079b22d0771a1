import { testServer } from '@claviger/server/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { query, sql } from './build.js'
import { isoFromJson, jsonRows } from './json-rows.js'

const server = testServer()

test('rows read as JSON are the rows that the driver reads, in the same order', async () => {
  const { id, sdk } = await server.environment()
  for (let i = 0; i < 5; i++) {
    await sdk.users.create({
      username: `ada-${i}`,
      publicMetadata: { deep: [i, null, { quote: '"\\\u2028' }] },
    })
  }
  const read = server.database.read(id)
  const select = sql`select id, username, external_id, banned_at, public_metadata, created_at, updated_at
    from users where environment_id = ${id} order by created_at desc, id desc`
  const { rows, total } = await jsonRows(read, select, sql`3`)
  expect(total).toBe(3)
  expect(rows).toHaveLength(5)
  expect(rows).toEqual(await read.many(query`${select}`))
  const names = Object.keys(rows[0] as object) as never[]
  expect((await jsonRows(read, select, sql`3`, names)).rows).toEqual(rows)
})

test('a select without rows is an empty list', async () => {
  const { id } = await server.environment()
  const none = await jsonRows(server.database.read(id), sql`select 1 as n where false`, sql`0`)
  expect(none).toEqual({ rows: [], total: 0 })
})

test('an instant keeps its milliseconds, however PostgreSQL shortens them', async () => {
  const { id } = await server.environment()
  const instants = fc.sample(
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    100,
  )
  const texts = [
    ...instants,
    new Date(0),
    new Date('2026-11-22T00:41:04.120Z'),
    new Date('2026-11-22T00:41:04.100Z'),
  ].map((date) => date.toISOString())
  const { rows } = await jsonRows<{ created_at: string }>(
    server.database.read(id),
    sql`select t::timestamptz as created_at from unnest(${texts}::text[]) with ordinality as u (t, n) order by n`,
    sql`0`,
  )
  expect(rows.map(({ created_at }) => created_at)).toEqual(texts)
  expect(isoFromJson('2026-11-22T00:41:04+00:00')).toBe('2026-11-22T00:41:04.000Z')
})
