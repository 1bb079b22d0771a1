import { errors } from '@claviger/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime } from './clock.js'
import { newId } from './ids.js'
import { pageOf, pageRequest } from './page.js'

const row = (createdAt = isoTime(Date.now()), id = newId()) => ({ created_at: createdAt, id })
const rows = (count: number) => Array.from({ length: count }, () => row())
const cursor = (text: string) => Buffer.from(text).toString('base64url')
const anyCharacter = fc.nat(0x10ffff).map((codePoint) => String.fromCodePoint(codePoint))
const instants = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

/** The cursor that a page ends with whose last row this is. */
function cursorOf(last: { created_at: string; id: string }): string {
  const { nextCursor } = pageOf('rows', pageRequest({ limit: 1 }), { rows: [last, row()], total: 2 }, String)
  if (nextCursor === null) throw new Error('The page has no next one.')
  return nextCursor
}

test('pageRequest fills in the defaults', () => {
  expect(pageRequest({})).toEqual({ limit: 50, offset: 0, after: undefined })
})

test('pageRequest lowers a limit above the maximum and keeps every other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (limit) => {
      expect(pageRequest({ limit }).limit).toBe(limit > 100 ? 100 : limit)
    }),
  )
})

test('pageRequest lets a cursor win over an offset', () => {
  const request = pageRequest({ offset: 7, after: cursorOf(row()) })
  expect(request.offset).toBe(0)
  expect(request.after).toBeDefined()
})

test('pageRequest reads the position that pageOf wrote, for every row', () => {
  fc.assert(
    fc.property(instants, fc.uuid(), (instant, id) => {
      const createdAt = instant.toISOString()
      expect(pageRequest({ after: cursorOf(row(createdAt, id)) }).after).toEqual({ createdAt, id })
    }),
  )
})

test('pageRequest refuses a cursor that nobody made', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 512 }), (after) => {
      expect(() => pageRequest({ after })).toThrow(
        expect.objectContaining({ definition: errors.invalid_cursor }),
      )
    }),
  )
})

test.each([
  ['is empty', ''],
  ['has no id', cursor('2026-11-22T00:00:00.000Z')],
  ['has a third part', cursor(`2026-11-22T00:00:00.000Z ${newId()} x`)],
  ['has no time', cursor(` ${newId()}`)],
  ['has a time without milliseconds', cursor(`2026-11-22T00:00:00Z ${newId()}`)],
  ['has a time in another zone', cursor(`2026-11-22T00:00:00.000+01:00 ${newId()}`)],
  ['has a day that no month has', cursor(`2026-02-30T00:00:00.000Z ${newId()}`)],
  ['has an hour that no day has', cursor(`2026-02-20T24:00:00.000Z ${newId()}`)],
  ['has the year 0, which PostgreSQL does not know', cursor(`0000-01-01T00:00:00.000Z ${newId()}`)],
  ['has a year before that', cursor(`-000001-01-01T00:00:00.000Z ${newId()}`)],
  ['has a year of five digits', cursor(`+010000-01-01T00:00:00.000Z ${newId()}`)],
  ['has an id that is none', cursor('2026-11-22T00:00:00.000Z 1')],
  ['has SQL for an id', cursor("2026-11-22T00:00:00.000Z ';--")],
])('pageRequest refuses a cursor that %s', (_, after) => {
  expect(() => pageRequest({ after })).toThrow(expect.objectContaining({ definition: errors.invalid_cursor }))
})

test('pageOf shows the rows of the page without the one that was read ahead', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 11 }), (limit, found) => {
      const read = rows(Math.min(found, limit + 1))
      const page = pageOf('rows', pageRequest({ limit }), { rows: read, total: 42 }, ({ id }) => id)
      expect(page.rows).toEqual(read.slice(0, limit).map(({ id }) => id))
      expect(page.total).toBe(42)
      expect(page.limit).toBe(limit)
      expect(page.nextCursor !== null).toBe(read.length > limit)
    }),
  )
})

test('pageOf echoes the limit and the offset in force', () => {
  const page = pageOf(
    'rows',
    pageRequest({ limit: 1_000_000_000, offset: 3 }),
    { rows: [], total: 0 },
    String,
  )
  expect(page).toEqual({ rows: [], total: 0, limit: 100, offset: 3, nextCursor: null })
})

test('pageOf points its cursor at the last row that it shows', () => {
  const read = rows(3)
  const { nextCursor } = pageOf('rows', pageRequest({ limit: 2 }), { rows: read, total: 3 }, String)
  const { after } = pageRequest({ after: nextCursor ?? '' })
  expect(after).toEqual({ createdAt: read[1]?.created_at, id: read[1]?.id })
})
