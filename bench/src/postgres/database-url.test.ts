import { expect, test } from 'vitest'
import { databaseUrlFor } from './database-url.js'

test.each([
  ['postgresql://me:word@127.0.0.1:5432/postgres', 'postgresql://me:word@127.0.0.1:5432/other'],
  ['postgres://me@localhost', 'postgres://me@localhost/other'],
  ['postgresql://me:word@/postgres?host=/run/pg', 'postgresql://me:word@/other?host=/run/pg'],
  ['postgresql://me:word@localhost?host=/run/pg', 'postgresql://me:word@localhost/other?host=/run/pg'],
  ['postgresql://me:word@%2Frun%2Fpg/postgres', 'postgresql://me:word@%2Frun%2Fpg/other'],
  ['socket:/run/pg?db=postgres', 'socket:/run/pg?db=other'],
])('databaseUrlFor changes nothing in %s but the database', (url, expected) => {
  expect(databaseUrlFor(url, 'other')).toBe(expected)
})
