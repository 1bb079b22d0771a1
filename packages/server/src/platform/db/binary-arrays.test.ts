import { testServer } from '@claviger/server/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteaArray, idArray, instantArray, integerArray, textArray } from './binary-arrays.js'

const server = testServer()

/** The elements of an array, as PostgreSQL writes them that read it. */
async function echoed(type: string, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await server.owner.query(`select $1::${type}[]::text[] as texts`, [array])
  return rows[0].texts
}

test('PostgreSQL reads what was written, of every type and also where there is nothing', async () => {
  const hex = fc.stringMatching(/^([0-9a-f]{2}){0,40}$/)
  const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  const text = fc.option(fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0')))
  const instant = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(hex),
      fc.array(integer),
      fc.array(text),
      fc.array(instant),
      fc.array(fc.uuid()),
      async (hexes, integers, texts, instants, ids) => {
        expect(await echoed('bytea', byteaArray(hexes))).toEqual(hexes.map((digits) => `\\x${digits}`))
        expect(await echoed('integer', integerArray(integers))).toEqual(integers.map(String))
        expect(await echoed('text', textArray(texts))).toEqual(texts)
        expect(await echoed('uuid', idArray(ids))).toEqual(ids)
        const times = instants.map((date) => date.getTime())
        const { rows } = await server.owner.query(
          'select round(extract(epoch from t) * 1000)::text as ms from unnest($1::timestamptz[]) t',
          [instantArray(times)],
        )
        expect(rows.map(({ ms }) => Number(ms))).toEqual(times)
      },
    ),
    { numRuns: 50 },
  )
})
