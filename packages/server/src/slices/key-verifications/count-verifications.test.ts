import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { createVerificationCounter } from './count-verifications.js'
import type { KeyCounts } from './store.js'

/** A counter whose writes the test sees, lets fail and holds back. */
function counter({ everyMs }: { everyMs?: number } = {}) {
  const written: KeyCounts[] = []
  const noted: KeyCounts[] = []
  const folded: number[] = []
  let answer: () => Promise<void> = async () => {}
  let answerFold: (part: number) => Promise<void> = async () => {}
  const into = (all: KeyCounts[]) => async (counts: KeyCounts) => {
    await answer()
    all.push(counts)
  }
  const { count, flush } = createVerificationCounter(
    {
      count: into(written),
      note: into(noted),
      fold: async (part) => {
        await answerFold(part)
        folded.push(part)
      },
    },
    { now: () => Date.now() },
    everyMs,
  )
  return {
    count: (id: string, found = 0) => count('environment', id, found, null),
    flush,
    /** What every write waits for from now on. */
    answerWith: (next: () => Promise<void>) => {
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
      for (const { ids, times } of [...written, ...noted])
        for (const [i, id] of ids.entries()) totals.set(id, (totals.get(id) ?? 0) + (times[i] as number))
      return totals
    },
  }
}

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

test('the rows of few keys are changed, with one write, and nothing is noted', async () => {
  const { count, flush, written, noted, folded } = counter()
  const few = keys.slice(0, 250)
  for (const id of [...few, ...few]) count(id)
  await flush()
  expect(written.flatMap(({ ids, times }) => ids.map((id, i) => [id, times[i]]))).toEqual(
    few.map((id) => [id, 2]),
  )
  expect(noted).toEqual([])
  expect(folded).toEqual([])
})

test('of many keys the counts are noted, also at the end', async () => {
  const { count, flush, written, noted, totals } = counter()
  for (const id of [...keys, ...keys]) count(id)
  await flush()
  expect(written).toEqual([])
  expect(noted).not.toEqual([])
  expect(totals()).toEqual(new Map(keys.map((id) => [id, 2])))
})

test('no statement names more than so many keys', async () => {
  const { count, flush, noted, totals } = counter()
  const all = idsOf(6_000)
  for (const id of all) count(id)
  await flush()
  expect(totals()).toEqual(new Map(all.map((id) => [id, 1])))
  for (const { ids } of noted) expect(ids.length).toBeLessThanOrEqual(2_500)
})

test('counts are written by themselves within a quarter of a second', async () => {
  const { count, totals } = counter()
  count(key)
  await expect.poll(totals).toEqual(new Map([[key, 1]]))
})

test('what was noted is folded by itself, part by part, and what could not be is in a later turn', async () => {
  const { count, folded, answerFoldWith } = counter({ everyMs: 0 })
  let failures = 0
  answerFoldWith(async (part) => {
    if (part === 7 && failures++ === 0) throw new Error('The database is away.')
  })
  for (const id of keys) count(id)
  await expect.poll(() => folded.length, { timeout: 20_000 }).toBe(256)
  expect(failures).toBe(2)
  expect(folded.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, part) => part))
})

test('what was noted while its part was folded is known until it is folded, too', async () => {
  const { count, folded, answerFoldWith } = counter({ everyMs: 0 })
  let again = () => {
    for (const id of keys) count(id)
  }
  answerFoldWith(async (part) => {
    if (part !== 0) return
    again()
    again = () => {}
  })
  for (const id of keys) count(id)
  const inZero = () => folded.filter((part) => part === 0).length
  await expect.poll(inZero, { timeout: 20_000 }).toBe(1)
  // Far more turns of other parts than its own.
  await expect.poll(() => folded.length, { timeout: 20_000 }).toBeGreaterThan(256 + 128)
  expect(inZero()).toBe(1)
  // The row of the key has what was folded, and not what was noted since.
  expect(count(keys[0] as string, 1)).toBe(3)
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

test('a write that fails on its way keeps what was written before it, and the rest waits', async () => {
  const { count, flush, noted, answerWith, totals } = counter()
  const all = idsOf(6_000)
  // Before the counter takes them, so that they are taken together.
  for (const id of all) count(id)
  answerWith(async () => {
    if (noted.length > 0) throw new Error('The database is away.')
  })
  await expect(flush()).rejects.toThrow('The database is away.')
  for (const id of all) count(id)
  answerWith(async () => {})
  await flush()
  expect(totals()).toEqual(new Map(all.map((id) => [id, 2])))
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
