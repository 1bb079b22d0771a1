import { testServer } from '@claviger/server/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { query } from './build.js'
import { isoFromPostgres } from './column-parsers.js'

const server = testServer()
const instants = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

test.each([
  ['milliseconds', '2026-11-22 00:41:04.123+00', '2026-11-22T00:41:04.123Z'],
  ['a fraction whose last zero is not written', '2026-11-22 00:41:04.12+00', '2026-11-22T00:41:04.120Z'],
  ['a tenth', '2026-11-22 00:41:04.1+00', '2026-11-22T00:41:04.100Z'],
  ['a whole second', '2026-11-22 00:41:04+00', '2026-11-22T00:41:04.000Z'],
  ['microseconds, which it cuts off', '2026-11-22 00:41:04.123999+00', '2026-11-22T00:41:04.123Z'],
])('isoFromPostgres reads %s', (_, text, expected) => {
  expect(isoFromPostgres(text)).toBe(expected)
})

test('isoFromPostgres agrees with the database and with Date about every instant of the years 1 to 9999', async () => {
  const wanted = fc.sample(instants, 500).map((instant) => instant.toISOString())
  const rows = await server.database.anywhere.many(
    query<{
      at: string
    }>`select at from unnest(${wanted}::timestamptz[]) with ordinality as t (at, n) order by n`,
  )
  expect(rows.map(({ at }) => at)).toEqual(wanted)
})

test('a count is read as a number', async () => {
  const row = await server.database.anywhere.one(query<{ n: number }>`select 9007199254740991::bigint as n`)
  expect(row.n).toBe(Number.MAX_SAFE_INTEGER)
})
