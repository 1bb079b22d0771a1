import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { createVerificationCounter, type Pace } from './count-verifications.js'
import type { KeyCounts, PartCounts } from './key-counts.js'

/** A counter whose writes the test sees, lets fail and holds back. */
function counter(pace?: Pace) {
  const written: KeyCounts[] = []
  const noted: (readonly PartCounts[])[] = []
  const folded: number[] = []
  let answer: (ids: readonly string[]) => Promise<void> = async () => {}
  let answerFold: (part: number) => Promise<void> = async () => {}
  const { count, flush } = createVerificationCounter(
    {
      count: async (counts) => {
        await answer(counts.ids)
        written.push(counts)
      },
      note: async (parts) => {
        await answer(parts.flatMap(({ counts }) => counts.ids))
        noted.push(parts)
      },
      fold: async (part) => {
        await answerFold(part)
        folded.push(part)
      },
    },
    { now: () => Date.now() },
    pace,
  )
  return {
    count: (id: string, found = 0) => count('environment', id, found, null),
    flush,
    /** What every write waits for from now on. */
    answerWith: (next: typeof answer) => {
      answer = next
    },
    /** The same for what folds a part. */
    answerFoldWith: (next: (part: number) => Promise<void>) => {
      answerFold = next
    },
    written,
    noted,
    folded,
    /** How many verifications of each key were written or noted. */
    totals() {
      const totals = new Map<string, number>()
      const all = [...written, ...noted.flat().map(({ counts }) => counts)]
      for (const { ids, times } of all)
        for (const [i, id] of ids.entries()) totals.set(id, (totals.get(id) ?? 0) + (times[i] as number))
      return totals
    },
  }
}

/** As fast as it goes. */
const atOnce: Pace = { writeEveryMs: 0, roundsPerTurn: 0 }

/** Ids of keys, so many of each part of them one after the other. */
function idsOf(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => newId().slice(0, -2) + (i % 256).toString(16).padStart(2, '0'),
  )
}

const [key = ''] = idsOf(1)
/** Two and more in each part of the keys. */
const keys = idsOf(600)
/** Of the parts that are written together, more than one statement takes. */
const manyKeys = idsOf(24_000)
const allParts = Array.from({ length: 256 }, (_, part) => part)

test('the rows of few keys are changed, at the end with one write, and nothing is noted', async () => {
  const { count, flush, written, noted, folded, totals } = counter()
  const few = keys.slice(0, 250)
  for (const id of [...few, ...few]) count(id)
  await flush()
  expect(totals()).toEqual(new Map(few.map((id) => [id, 2])))
  expect(written.length).toBe(1)
  expect(written.flatMap(({ ids }) => ids).toSorted()).toEqual(few.toSorted())
  expect(noted).toEqual([])
  expect(folded).toEqual([])
})

test('of many keys the counts are noted, also at the end', async () => {
  const { count, flush, written, noted, totals } = counter()
  for (const id of [...keys, ...keys]) count(id)
  await flush()
  expect(written).toEqual([])
  expect(totals()).toEqual(new Map(keys.map((id) => [id, 2])))
  // Every part once, with its own keys.
  expect(
    noted
      .flat()
      .map(({ part }) => part)
      .toSorted((a, b) => a - b),
  ).toEqual(allParts)
  for (const { part, counts } of noted.flat()) {
    expect(counts.ids.length).toBeGreaterThanOrEqual(2)
    expect(new Set(counts.ids.map((id) => Number.parseInt(id.slice(-2), 16)))).toEqual(new Set([part]))
  }
})

test('no statement names more than so many keys', async () => {
  const { count, flush, noted, totals } = counter()
  for (const id of manyKeys) count(id)
  await flush()
  expect(totals()).toEqual(new Map(manyKeys.map((id) => [id, 1])))
  const sizes = noted.map((parts) => parts.reduce((sum, { counts }) => sum + counts.ids.length, 0))
  expect(Math.max(...sizes)).toBe(2_500)
})

test('counts are written by themselves within a quarter of a second', async () => {
  const { count, totals } = counter()
  count(key)
  await expect.poll(totals).toEqual(new Map([[key, 1]]))
})

test('what was noted is folded by itself, part by part, and what could not be is in a later turn', async () => {
  const { count, folded, answerFoldWith } = counter(atOnce)
  let failures = 0
  answerFoldWith(async (part) => {
    if (part === 7 && failures++ === 0) throw new Error('The database is away.')
  })
  for (const id of keys) count(id)
  await expect.poll(() => folded.length, { timeout: 20_000 }).toBe(256)
  expect(failures).toBe(2)
  expect(folded.toSorted((a, b) => a - b)).toEqual(allParts)
})

test('what was noted while its part was folded is known until it is folded, too', async () => {
  const { count, folded, answerFoldWith } = counter(atOnce)
  let again = () => {
    for (const id of keys) count(id)
  }
  answerFoldWith(async (part) => {
    if (part !== 255) return
    again()
    again = () => {}
  })
  for (const id of keys) count(id)
  const inLast = () => folded.filter((part) => part === 255).length
  await expect.poll(inLast, { timeout: 20_000 }).toBe(1)
  // Far more turns of other parts than its own.
  await expect.poll(() => folded.length, { timeout: 20_000 }).toBeGreaterThan(256 + 128)
  expect(inLast()).toBe(1)
  // The row of the key has what was folded, and not what was noted since.
  expect(count(keys[255] as string, 1)).toBe(3)
})

test('a write that fails is tried again with what came meanwhile, and nothing of it counts twice', async () => {
  const { count, flush, answerWith, totals } = counter()
  answerWith(async () => {
    throw new Error('The database is away.')
  })
  count(key)
  await expect(flush()).rejects.toThrow('The database is away.')
  count(key)
  answerWith(async () => {})
  await flush()
  expect(totals()).toEqual(new Map([[key, 2]]))
})

test('what cannot be written waits for as long as that takes, and is then written once', async () => {
  const { count, flush, folded, noted, answerWith, totals } = counter(atOnce)
  answerWith(async (ids) => {
    if (ids.includes(keys[0] as string)) throw new Error('The database does not want it.')
  })
  // Of all that is not written together with it, every part has its turn, three times.
  for (const round of [1, 2, 3]) {
    for (const id of keys) count(id)
    await expect.poll(() => folded.length, { timeout: 10_000 }).toBe(round * (256 - 32))
  }
  answerWith(async () => {})
  await flush()
  expect(totals()).toEqual(new Map(keys.map((id) => [id, 3])))
  for (const { counts } of noted.flat()) expect(new Set(counts.ids).size).toBe(counts.ids.length)
})

test('a write that fails on its way keeps what was written before it, and the rest waits', async () => {
  const { count, flush, noted, answerWith, totals } = counter()
  // Before the counter takes them, so that they are taken together.
  for (const id of manyKeys) count(id)
  answerWith(async () => {
    if (noted.length > 0) throw new Error('The database is away.')
  })
  await expect(flush()).rejects.toThrow('The database is away.')
  expect(noted.length).toBe(1)
  for (const id of manyKeys) count(id)
  answerWith(async () => {})
  await flush()
  expect(totals()).toEqual(new Map(manyKeys.map((id) => [id, 2])))
})

test('the end waits for what is under way, and for what was counted while it was', async () => {
  const { count, flush, answerWith, totals } = counter()
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isUnderWay = false
  answerWith(() => {
    isUnderWay = true
    return held
  })
  count(key)
  await expect.poll(() => isUnderWay).toBe(true)
  count(key)
  const flushed = flush()
  release()
  await flushed
  expect(totals()).toEqual(new Map([[key, 2]]))
})

test('a caller is told the count of this node on top of what the database had, whatever is under way', async () => {
  const { count, flush } = counter()
  expect([count(key, 10), count(key, 10), count(key, 10)]).toEqual([11, 12, 13])
  await flush()
  // A look-up that began before the write still has what was there then.
  expect(count(key, 10)).toBe(14)
  // More than this node knows of: another one has counted.
  expect(count(key, 50)).toBe(52)
})
