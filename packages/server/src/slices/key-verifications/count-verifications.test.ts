import { expect, test } from 'vitest'
import { createVerificationCounter } from './count-verifications.js'
import type { KeyCounts } from './store.js'

/** A counter whose writes the test sees, lets fail and holds back. */
function counter() {
  const written: KeyCounts[] = []
  let answer: () => Promise<void> = async () => {}
  const { count, flush } = createVerificationCounter(
    async (counts) => {
      await answer()
      written.push(counts)
    },
    { now: () => Date.now() },
  )
  return {
    count: (id: string, found = 0) => count('environment', id, found, null),
    flush,
    /** What every write waits for from now on. */
    answerWith: (next: () => Promise<void>) => {
      answer = next
    },
    written,
    /** How many verifications of each key were written. */
    totals() {
      const totals = new Map<string, number>()
      for (const { ids, times } of written)
        for (const [i, id] of ids.entries()) totals.set(id, (totals.get(id) ?? 0) + (times[i] as number))
      return totals
    },
  }
}

const keys = Array.from({ length: 600 }, (_, i) => `key ${i}`)

test('what was counted is written key by key, in statements that take no more than so many', async () => {
  const { count, flush, written, totals } = counter()
  for (const id of [...keys, ...keys]) count(id)
  await flush()
  expect(totals()).toEqual(new Map(keys.map((id) => [id, 2])))
  for (const { ids } of written) expect(ids.length).toBeLessThanOrEqual(250)
})

test('counts are written by themselves within a quarter of a second', async () => {
  const { count, totals } = counter()
  count('key')
  await expect.poll(totals).toEqual(new Map([['key', 1]]))
})

test('a write that fails is tried again with what came meanwhile, and nothing of it counts twice', async () => {
  const { count, flush, answerWith, totals } = counter()
  answerWith(async () => {
    throw new Error('The database is away.')
  })
  count('key')
  await expect(flush()).rejects.toThrow('The database is away.')
  count('key')
  answerWith(async () => {})
  await flush()
  expect(totals()).toEqual(new Map([['key', 2]]))
})

test('a write that fails on its way keeps what was written before it, and the rest waits', async () => {
  const { count, flush, written, answerWith, totals } = counter()
  for (const id of keys) count(id)
  answerWith(async () => {
    if (written.length > 0) throw new Error('The database is away.')
  })
  await expect(flush()).rejects.toThrow('The database is away.')
  for (const id of keys) count(id)
  answerWith(async () => {})
  await flush()
  expect(totals()).toEqual(new Map(keys.map((id) => [id, 2])))
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
  count('key')
  await expect.poll(() => isUnderWay).toBe(true)
  count('key')
  const flushed = flush()
  release()
  await flushed
  expect(totals()).toEqual(new Map([['key', 2]]))
})

test('a caller is told the count of this node on top of what the database had, whatever is under way', async () => {
  const { count, flush } = counter()
  expect([count('key', 10), count('key', 10), count('key', 10)]).toEqual([11, 12, 13])
  await flush()
  // A look-up that began before the write still has what was there then.
  expect(count('key', 10)).toBe(14)
  // More than this node knows of: another one has counted.
  expect(count('key', 50)).toBe(52)
})
