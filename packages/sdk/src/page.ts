/** What the server answers to a list: the rows under their noun, and where they stand. */
export type PageAnswer<Noun extends string, Item> = { [N in Noun]: Item[] } & {
  /** How many rows the filter matches, exactly. */
  total: number
  /** The limit in force, in rows. */
  limit: number
  /** The offset in force, in rows; 0 when a cursor is used. */
  offset: number
  /** Send it as `after` for the next page; null on the last. */
  nextCursor: string | null
}

/** One page of a list. `JSON.stringify` writes it as the server sent it. */
export type Page<Noun extends string, Item> = PageAnswer<Noun, Item> & {
  /** The rows, whatever their noun. */
  readonly items: Item[]
  /** Whether there is a page after this one. */
  readonly hasMore: boolean
  /** Requests the page after this one; null when this is the last. Throws as the list itself does. */
  nextPage(): Promise<Page<Noun, Item> | null>
}

/** Requests one page; `after` is the cursor of the page before, absent for the first. */
export type LoadPage<Noun extends string, Item> = (after?: string) => Promise<PageAnswer<Noun, Item>>

/** What a page adds to the answer of the server stands on the prototype, so that nobody stores it twice. */
class PageMethods<Noun extends string, Item> {
  readonly #answer: PageAnswer<Noun, Item>
  readonly #noun: Noun
  readonly #load: LoadPage<Noun, Item>

  constructor(answer: PageAnswer<Noun, Item>, noun: Noun, load: LoadPage<Noun, Item>) {
    this.#answer = answer
    this.#noun = noun
    this.#load = load
    Object.assign(this, answer)
  }

  get items(): Item[] {
    return this.#answer[this.#noun]
  }

  get hasMore(): boolean {
    return this.#answer.nextCursor !== null
  }

  async nextPage(): Promise<Page<Noun, Item> | null> {
    const { nextCursor } = this.#answer
    return nextCursor === null ? null : page(await this.#load(nextCursor), this.#noun, this.#load)
  }
}

function page<Noun extends string, Item>(
  answer: PageAnswer<Noun, Item>,
  noun: Noun,
  load: LoadPage<Noun, Item>,
): Page<Noun, Item> {
  return new PageMethods(answer, noun, load) as unknown as Page<Noun, Item>
}

/**
 * A list: a promise of its first page, and an async iterable over all items of all pages.
 *
 * Nothing is requested before it is awaited or iterated. The first page is requested once, each further
 * page when the iteration reaches it; `timeoutMs` counts for each page. Items that others create or
 * delete meanwhile do not shift the pages, because pages follow cursors.
 *
 * @example
 * for await (const user of client.users.list()) console.log(user.id)
 * @example
 * const { users, total } = await client.users.list({ limit: 20 })
 */
export class ListPromise<Noun extends string, Item>
  implements Promise<Page<Noun, Item>>, AsyncIterable<Item>
{
  readonly #request: () => Promise<Page<Noun, Item>>
  #first: Promise<Page<Noun, Item>> | undefined

  /** Made by the list methods of the client. */
  constructor(noun: Noun, load: LoadPage<Noun, Item>) {
    this.#request = async () => page(await load(), noun, load)
  }

  get [Symbol.toStringTag](): string {
    return 'ListPromise'
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and `await` calls this.
  then<A = Page<Noun, Item>, B = never>(
    fulfilled?: ((page: Page<Noun, Item>) => A | PromiseLike<A>) | null,
    rejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#firstPage().then(fulfilled, rejected)
  }

  catch<B = never>(
    rejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<Page<Noun, Item> | B> {
    return this.#firstPage().catch(rejected)
  }

  finally(settled?: (() => void) | null): Promise<Page<Noun, Item>> {
    return this.#firstPage().finally(settled)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let current: Page<Noun, Item> | null = await this.#firstPage()
    while (current !== null) {
      yield* current.items
      current = await current.nextPage()
    }
  }

  /**
   * Collects items of as many pages as it takes.
   *
   * @param limits.limitMax The most items to collect: a list may have millions. No page is requested
   *   that is not needed for it.
   */
  async toArray(limits: { readonly limitMax: number }): Promise<Item[]> {
    const items: Item[] = []
    if (limits.limitMax <= 0) return items
    for await (const item of this) {
      items.push(item)
      if (items.length >= limits.limitMax) break
    }
    return items
  }

  #firstPage(): Promise<Page<Noun, Item>> {
    this.#first ??= this.#request()
    return this.#first
  }
}
