import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { checkedIndexes, seedKey, seedKeyLength, seedKeySql } from './seed-key.js'

const lastIndex = 99

test('PostgreSQL makes the same keys from the indexes, all of one length', async () => {
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  const { rows } = await client
    .query(`select ${seedKeySql('n')} as key from generate_series(0, ${lastIndex}) n order by n`)
    .finally(() => client.end())
  const keys = rows.map((row) => row.key)
  expect(keys).toEqual(Array.from({ length: lastIndex + 1 }, (_, index) => seedKey(index)))
  expect(keys.every((key) => key.length === seedKeyLength)).toBe(true)
})

test('checkedIndexes are different and from all over the keys', () => {
  expect(checkedIndexes(3)).toEqual([0, 1, 2])
  const indexes = checkedIndexes(100_000)
  expect(new Set(indexes).size).toBe(20)
  expect(indexes.at(-1)).toBe(95_000)
})
