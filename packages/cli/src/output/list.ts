import type { Context } from '../context.js'
import { count, createProgress } from './progress.js'
import { type Column, createTable } from './table.js'

/** What a list needs of a page, as the SDK has it. */
export interface Pages<Item> {
  readonly items: readonly Item[]
  readonly total: number
  readonly hasMore: boolean
  nextPage(): Promise<Pages<Item> | null>
}

export interface List<Item> {
  /** The name of the rows in the JSON, as the API has it. */
  readonly noun: string
  /** The first page. */
  readonly first: PromiseLike<Pages<Item>>
  readonly limitMax: number
  readonly isJson: boolean
  readonly columns: readonly Column<Item>[]
  /** What the rows are and where, for people: `users in default/live`. */
  readonly title: string
}

/** How rows are written, whatever their shape. */
interface Rows<Item> {
  begin(): void
  row(item: Item): void
  end(shown: number, total: number): void
}

/** Writes a list page by page, and asks for no page that is not needed. */
export async function printList<Item>(context: Context, list: List<Item>): Promise<void> {
  const rows = list.isJson ? jsonRows(context, list) : tableRows(context, list)
  const progress = createProgress(context, 'Reading')
  let page: Pages<Item> | null = await list.first
  const { total } = page
  const wanted = Math.min(total, list.limitMax)
  let shown = 0
  rows.begin()
  try {
    while (page !== null) {
      // The bar and the rows may share a terminal: the bar always stands below them.
      progress.clear()
      for (const item of page.items.slice(0, list.limitMax - shown)) {
        rows.row(item)
        shown++
      }
      if (!page.hasMore || shown >= list.limitMax) break
      progress.show(shown, wanted)
      page = await page.nextPage()
    }
  } finally {
    progress.clear()
  }
  rows.end(shown, total)
}

/** One document, a line for each row: programs that read lines and programs that read JSON both can. */
function jsonRows<Item>({ stdout }: Context, { noun }: { noun: string }): Rows<Item> {
  let separator = '\n'
  return {
    begin: () => stdout.write(`{"${noun}":[`),
    row(item) {
      stdout.write(separator + JSON.stringify(item))
      separator = ',\n'
    },
    end: (_shown, total) => stdout.write(`\n],"total":${total}}\n`),
  }
}

/** What is said about the rows goes to stderr, so that a pipe receives nothing but the table. */
function tableRows<Item>(
  context: Context,
  { columns, title }: { columns: readonly Column<Item>[]; title: string },
): Rows<Item> {
  const table = createTable(context, columns)
  let isFirst = true
  return {
    begin() {},
    row(item) {
      if (isFirst) table.head()
      isFirst = false
      table.row(item)
    },
    end(shown, total) {
      const noun = total === 0 ? 'No' : shown < total ? `${count(shown)} of ${count(total)}` : count(total)
      if (context.stderr.isTty || total === 0) context.stderr.write(`${noun} ${title}\n`)
    },
  }
}
