import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import type { LookUp } from '#kernel/look-up'
import { createLookUps } from './look-ups.js'
import { told } from './told-statements.fixture.js'

const server = testServer()

/** Look-ups of the real database, and the statements that they were. */
function listening() {
  const { queries, texts } = told(server.database.anywhere)
  return { texts, lookUps: createLookUps(queries) }
}

const squares: LookUp<number, number[], number> = {
  name: 'squares',
  sql: (roots) => `(select json_agg(r * r) from unnest(${roots}::integer[]) r where r > 0)`,
  ask: (roots) => ({
    parameters: [roots],
    read(found) {
      const all = [...(found ?? [])]
      return roots.map((root) => (root > 0 ? all.shift() : undefined))
    },
  }),
}

const products: LookUp<readonly [number, number], number[], number> = {
  name: 'products',
  sql: (left, right) =>
    `(select json_agg(l * r) from unnest(${left}::integer[], ${right}::integer[]) p (l, r))`,
  ask: (pairs) => ({
    parameters: [pairs.map(([left]) => left), pairs.map(([, right]) => right)],
    read: (found) => found ?? [],
  }),
}

test('look-ups of several kinds are one statement, and each gets what was found for it', async () => {
  const { texts, lookUps } = listening()
  const [square, product] = [lookUps(squares), lookUps(products)]
  const answers = await Promise.all([square(3), product([2, 5]), square(-1), product([4, 4]), square(3)])
  expect(answers).toEqual([9, 10, undefined, 16, 9])
  expect(texts).toHaveLength(1)
  expect(texts[0]).toMatch(/\$1.* as squares,.*\$2.*\$3.* as products$/)
})

test('a look-up of one kind is a statement of its own, and nothing found is undefined', async () => {
  const { texts, lookUps } = listening()
  const [square, product] = [lookUps(squares), lookUps(products)]
  expect(await square(-4)).toBeUndefined()
  expect(await product([3, 7])).toBe(21)
  expect(texts).toHaveLength(2)
  expect(texts[1]).toMatch(/^select [^$]*\$1.*\$2.* as products$/)
})
