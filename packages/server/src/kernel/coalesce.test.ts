import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coalesce, gather } from './coalesce.js'

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

test('coalesce lets as many calls as are said leave before the next turn, and more gather beyond a few such batches', async () => {
  const { load, batches, release } = heldLoad()
  const find = coalesce(load, { inFlightMax: 1, fullAt: 2 })
  const answers: Promise<number | undefined>[] = []
  for (const pair of [1, 3, 5, 7, 9]) {
    answers.push(find(pair), find(pair + 1))
    await Promise.resolve()
  }
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
  const answers = [find(1), find(1), find(1)]
  await Promise.resolve()
  expect(batches).toEqual([[1]])
  answers.push(find(1))
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

/** What is gathered of two kinds, with the batches of every load. */
function gathered(fullAt?: number) {
  const loads: Record<string, readonly unknown[]>[] = []
  const kindOf = gather<string>(
    async (batches) => {
      loads.push(Object.fromEntries(batches.map(({ kind, keys }) => [kind, keys])))
      if (loads.length === 2) throw new Error('The database is away.')
      return batches.map(({ kind, keys }) => keys.map((key) => `${kind} ${key}`))
    },
    { inFlightMax: 1, ...(fullAt && { fullAt }) },
  )
  return { loads, left: kindOf('left'), right: kindOf('right') }
}

test('gather loads what is asked for of several kinds together, and nothing of a kind that nobody asks for', async () => {
  const { loads, left, right } = gathered()
  expect(await Promise.all([left(1), right(1), left(2), right(1)])).toEqual([
    'left 1',
    'right 1',
    'left 2',
    'right 1',
  ])
  const failed = await Promise.allSettled([left(3), right(3)])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await right(4)).toBe('right 4')
  expect(loads).toEqual([{ left: [1, 2], right: [1] }, { left: [3], right: [3] }, { right: [4] }])
})

test('gather looks once at what is no key, and answers it without a load', async () => {
  const looks: unknown[] = []
  const loads: (readonly unknown[])[] = []
  const find = gather<string>(
    async (batches) => {
      loads.push(...batches.map(({ keys }) => keys))
      return batches.map(({ keys }) => keys)
    },
    { inFlightMax: 1 },
    (kind, key) => {
      looks.push(key)
      return kind === 'numbers' && typeof key === 'number'
    },
  )('numbers')
  expect(await Promise.all([find(1), find(1), find('one')])).toEqual([1, 1, undefined])
  expect(looks).toEqual([1, 'one'])
  expect(loads).toEqual([[1]])
})

test('gather has all in one load that one request asks for, also where the first of it makes the load full', async () => {
  const { loads, left, right } = gathered(1)
  expect(await Promise.all([left(1), right(1)])).toEqual(['left 1', 'right 1'])
  expect(loads).toEqual([{ left: [1], right: [1] }])
})
