import type { Pages } from './list.js'

/** Several lists that are newest first, as one that is. No page is asked for before its rows have their turn. */
export function newestFirst<Item extends { readonly createdAt: string; readonly id: string }>(
  pages: readonly Pages<Item>[],
): Pages<Item> {
  const waiting = pages.map(({ items }) => [...items])
  const items: Item[] = []
  for (;;) {
    // Which row is the newest is known only while every list that goes on shows its own.
    if (pages.some(({ hasMore }, i) => hasMore && waiting[i]?.length === 0)) break
    const [newest] = waiting.filter((list) => list.length > 0).sort(([a], [b]) => (isNewer(a, b) ? -1 : 1))
    const item = newest?.shift()
    if (item === undefined) break
    items.push(item)
  }
  const hasMore = waiting.some((list, i) => list.length > 0 || pages[i]?.hasMore)
  return {
    items,
    total: pages.reduce((sum, { total }) => sum + total, 0),
    hasMore,
    async nextPage() {
      if (!hasMore) return null
      const next = pages.map(async (page, i): Promise<Pages<Item>> => {
        const rest = {
          items: waiting[i] ?? [],
          total: page.total,
          hasMore: page.hasMore,
          nextPage: () => page.nextPage(),
        }
        return rest.items.length > 0 ? rest : ((await page.nextPage()) ?? rest)
      })
      return newestFirst(await Promise.all(next))
    },
  }
}

function isNewer<Item extends { readonly createdAt: string; readonly id: string }>(a?: Item, b?: Item) {
  return `${a?.createdAt} ${a?.id}` > `${b?.createdAt} ${b?.id}`
}
