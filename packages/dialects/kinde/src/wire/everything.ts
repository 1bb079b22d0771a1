/** The longest page that an operation answers. */
const limit = 100

interface Page {
  readonly nextCursor: string | null
}

/** Reads a list to its end, for answers that have no pages or put it in another order. */
export async function everything<P extends Page, Item>(
  list: (query: { limit: number; after?: string }) => Promise<P>,
  itemsOf: (page: P) => readonly Item[],
): Promise<readonly Item[]> {
  const items: Item[] = []
  let after: string | null = null
  do {
    const page: P = await list(after === null ? { limit } : { limit, after })
    items.push(...itemsOf(page))
    after = page.nextCursor
  } while (after !== null)
  return items
}

/** Orders by name as people do, and by id where names are the same. */
export function byName<T extends { readonly name: string; readonly id: string }>(a: T, b: T): number {
  return a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1)
}
