import { expect, it } from 'vitest'
import type { Pages } from './list.js'
import { newestFirst } from './newest-first.js'

interface Row {
  readonly id: string
  readonly createdAt: string
}

/** A list of rows of these hours, in pages of this size, which counts how many of them were asked for. */
function listOf(name: string, hours: readonly number[], size: number) {
  const asked = { pages: 1 }
  const rows = hours.map(
    (hour): Row => ({ id: `${name}${hour}`, createdAt: `2026-11-22T${hour}:00:00.000Z` }),
  )
  const pageAt = (from: number): Pages<Row> => ({
    items: rows.slice(from, from + size),
    total: rows.length,
    hasMore: from + size < rows.length,
    async nextPage() {
      asked.pages++
      return from + size < rows.length ? pageAt(from + size) : null
    },
  })
  return { first: pageAt(0), asked }
}

async function idsOf(first: Pages<Row>) {
  const ids: string[] = []
  for (let page: Pages<Row> | null = first; page; page = page.hasMore ? await page.nextPage() : null)
    ids.push(...page.items.map(({ id }) => id))
  return ids
}

it.each([1, 2, 3, 10])(
  'newestFirst merges lists in pages of %i, misses nothing and repeats nothing',
  async (size) => {
    const a = listOf('a', [23, 22, 15, 11], size)
    const b = listOf('b', [22, 21, 20, 19, 18, 17], size)
    const none = listOf('c', [], size)
    const merged = newestFirst([a.first, b.first, none.first])
    expect(merged.total).toBe(10)
    const expected = ['a23', 'b22', 'a22', 'b21', 'b20', 'b19', 'b18', 'b17', 'a15', 'a11']
    expect(await idsOf(merged)).toEqual(expected)
  },
)

it('newestFirst asks for no page whose rows have not had their turn', async () => {
  const a = listOf('a', [23, 22, 21, 20], 2)
  const b = listOf('b', [12, 11, 10], 2)
  const second = await newestFirst([a.first, b.first]).nextPage()
  expect([a.asked.pages, b.asked.pages]).toEqual([2, 1])
  expect(second?.items.map(({ id }) => id)).toEqual(['a21', 'a20', 'b12', 'b11'])
})
