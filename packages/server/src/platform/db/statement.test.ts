import { expect, test } from 'vitest'
import { createStatementNames, statement, statementName } from './statement.js'

test('a statement compiles to its text and its values, as they are', () => {
  const values = [1, null, ['a']]
  expect(statement('select $1', values).compile()).toEqual({ sql: 'select $1', parameters: values })
})

test('a text has one name, another text another, and PostgreSQL keeps all of it', () => {
  const name = statementName('select 1')
  expect(name).toMatch(/^q_[0-9a-f]{24}$/)
  expect(statementName('select 1')).toBe(name)
  expect(statementName('select 2')).not.toBe(name)
  // PostgreSQL cuts names at 63 bytes, where two could become one.
  expect(name?.length).toBeLessThan(64)
})

test('beyond its most texts nothing more is prepared, so that no connection grows without end', () => {
  const nameOf = createStatementNames(1_000)
  const known = nameOf('select 1')
  const names = Array.from({ length: 1_500 }, (_, i) => nameOf(`select 'text ${i}'`))
  expect(names.filter((name) => name !== undefined)).toHaveLength(999)
  expect(names.at(-1)).toBeUndefined()
  expect(nameOf('one more')).toBeUndefined()
  expect(nameOf('select 1')).toBe(known)
})
