import { expect, it } from 'vitest'
import { readBanEnd } from './ban-end.js'

const now = Date.parse('2026-11-22T12:00:00Z')

it.each([
  ['30m', '2026-11-22T12:30:00.000Z'],
  ['12h', '2026-11-23T00:00:00.000Z'],
  ['7d', '2026-11-29T12:00:00.000Z'],
  ['2w', '2026-12-06T12:00:00.000Z'],
  ['2027-01-01', '2027-01-01T00:00:00.000Z'],
  ['2027-01-01T10:00Z', '2027-01-01T10:00:00.000Z'],
  ['2027-01-01T10:00:00.5+03:00', '2027-01-01T07:00:00.500Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('reads %s', (text, end) => {
  expect(new Date(readBanEnd(text, now) ?? Number.NaN).toISOString()).toBe(end)
})

it.each([
  '',
  'soon',
  '0d',
  '7',
  '7y',
  '-7d',
  '1.5h',
  '99999d',
  '2026-11-22T12:00:00Z',
  '2020-01-01',
  '2027-02-30',
  '2027-13-01',
  '2027-01-01T10:00',
  '2027-01-01T25:00Z',
  '01/02/2027',
])('refuses “%s”, which is no time that is still to come', (text) => {
  expect(readBanEnd(text, now)).toBeUndefined()
})
