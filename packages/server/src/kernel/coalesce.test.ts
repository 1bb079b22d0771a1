import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coalesce, lookUpTogether } from './coalesce.js'

/** A load that ends when the test says so, and remembers what it was asked for. */
function heldLoad() {
  const batches: (readonly number[])[] = []
  const held: (() => void)[] = []
  return {
    batches,
    load: async (keys: readonly number[]) => {
      batches.push(keys)
      await new Promise<void>((resolve) => held.push(resolve))
      return keys.map((key) => key * 10)
    },
    /** Lets the load that has waited longest end, and what waits on it go on. */
    async release() {
      held.shift()?.()
      await nextTurn()
      await nextTurn()
    },
  }
}

test('coalesce loads the keys of one turn together and gives each caller its own value', async () => {
  const batches: (readonly number[])[] = []
  const find = coalesce<number, number>(
    async (keys) => {
      batches.push(keys)
      return keys.map((key) => key * 10)
    },
    { inFlightMax: 2 },
  )
  expect(await Promise.all([find(1), find(2), find(3)])).toEqual([10, 20, 30])
  expect(batches).toEqual([[1, 2, 3]])
})

test('coalesce remembers nothing: a key that is asked for again is loaded again', async () => {
  let version = 0
  const find = coalesce<string, number>(async (keys) => keys.map(() => ++version), { inFlightMax: 1 })
  expect(await find('key')).toBe(1)
  expect(await find('key')).toBe(2)
})

test('coalesce never answers a question with a load that began before it', async () => {
  const { load, batches, release } = heldLoad()
  const find = coalesce(load, { inFlightMax: 2 })
  const first = find(1)
  await nextTurn()
  const second = find(1)
  await nextTurn()
  expect(batches).toEqual([[1], [1]])
  await release()
  await release()
  expect(await Promise.all([first, second])).toEqual([10, 10])
})

test('coalesce gathers keys while as many loads as allowed are under way', async () => {
  const { load, batches, release } = heldLoad()
  const find = coalesce(load, { inFlightMax: 1 })
  const answers = [find(1)]
  await nextTurn()
  answers.push(find(2))
  await nextTurn()
  answers.push(find(3))
  await nextTurn()
  expect(batches).toEqual([[1]])
  await release()
  expect(batches).toEqual([[1], [2, 3]])
  await release()
  expect(await Promise.all(answers)).toEqual([10, 20, 30])
})

test('coalesce lets as many calls as are said leave at once, and more gather beyond a few such batches', async () => {
  const { load, batches, release } = heldLoad()
  const find = coalesce(load, { inFlightMax: 1, fullAt: 2 })
  const answers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(find)
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ])
  await nextTurn()
  expect(batches).toHaveLength(4)
  for (let i = 0; i < 5; i++) await release()
  expect(batches.slice(4)).toEqual([[9, 10]])
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
})

test('coalesce asks once for a key that several want together, and counts each of them', async () => {
  const { load, batches, release } = heldLoad()
  const find = coalesce(load, { inFlightMax: 1, fullAt: 3 })
  const answers = [find(1), find(1), find(1), find(1)]
  expect(batches).toEqual([[1]])
  await release()
  expect(batches).toEqual([[1], [1]])
  await release()
  expect(await Promise.all(answers)).toEqual([10, 10, 10, 10])
})

test('coalesce has the next load under way before anybody goes on with what one found', async () => {
  const { load, batches, release } = heldLoad()
  const find = coalesce(load, { inFlightMax: 1 })
  const first = find(1).then(() => [...batches])
  await nextTurn()
  const second = find(2)
  await release()
  expect(await first).toEqual([[1], [2]])
  await release()
  expect(await second).toBe(20)
})

test('coalesce splits more keys than one load takes, and loses none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(50),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      async (n, batchMax, inFlightMax) => {
        let inFlight = 0
        let inFlightSeen = 0
        let batchSeen = 0
        const find = coalesce<number, number>(
          async (keys) => {
            inFlightSeen = Math.max(inFlightSeen, ++inFlight)
            batchSeen = Math.max(batchSeen, keys.length)
            await nextTurn()
            inFlight--
            return keys.map((key) => key * 10)
          },
          { inFlightMax, batchMax },
        )
        const keys = Array.from({ length: n }, (_, i) => i)
        expect(await Promise.all(keys.map(find))).toEqual(keys.map((key) => key * 10))
        expect(batchSeen).toBeLessThanOrEqual(batchMax)
        expect(inFlightSeen).toBeLessThanOrEqual(inFlightMax)
      },
    ),
    { numRuns: 30 },
  )
})

test('coalesce answers undefined for a key that was not found', async () => {
  const find = coalesce<number, number>(async (keys) => keys.map((key) => (key === 1 ? 10 : undefined)), {
    inFlightMax: 1,
  })
  expect(await Promise.all([find(1), find(2)])).toEqual([10, undefined])
})

test('coalesce tells everyone of a load that it failed, and goes on with the next', async () => {
  let isDown = true
  const find = coalesce<number, number>(
    async (keys) => {
      if (isDown) throw new Error('The database is away.')
      return keys.map((key) => key * 10)
    },
    { inFlightMax: 1 },
  )
  const answers = await Promise.allSettled([find(1), find(2)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isDown = false
  expect(await find(3)).toBe(30)
})

test('lookUpTogether asks for each row once, and gives it to everyone who wants it', async () => {
  const batches: (readonly number[])[] = []
  const find = lookUpTogether<number, { readonly square: number; readonly root: number }>(
    async (roots) => {
      batches.push(roots)
      // In an order of its own, and without those that are not there.
      return roots
        .filter((root) => root > 0)
        .map((root) => ({ square: root ** 2, root }))
        .reverse()
    },
    { nameOf: String, nameOfRow: ({ root }) => String(root) },
  )
  const found = await Promise.all([3, -1, 2, 3].map(find))
  expect(found.map((row) => row?.square)).toEqual([9, undefined, 4, 9])
  expect(batches).toEqual([[3, -1, 2]])
})
