import { pageLimitMax } from '@claviger/contract'
import type { PageRequest } from '#kernel/page'
import type { Queries } from '#kernel/queries'
import { all, olderThan, type RawBuilder, sql } from './build.js'
import { jsonRows } from './json-rows.js'

/** One page of a list that is newest first, and what it is a page of. */
export interface ListSource {
  /** What is selected, with `created_at` and `id` among it. */
  readonly columns: RawBuilder<unknown>
  readonly from: RawBuilder<unknown>
  readonly where: readonly (RawBuilder<unknown> | undefined | false)[]
  /** The columns of the order, as they are called in `from`; the second breaks ties of the first. */
  readonly order?: readonly [createdAt: string, id: string]
  /** A cheaper count than counting, where no filter is asked for. */
  readonly counted?: RawBuilder<number> | undefined
}

/** Reads a page (one row more, which tells whether there is a next one) and the exact total beside it. */
export function listPage<Row>(
  read: Queries,
  request: PageRequest,
  { columns, from, where, order: [createdAt, id] = ['created_at', 'id'], counted }: ListSource,
): Promise<{ rows: Row[]; total: number }> {
  const conditions = all(...where)
  const ordered = sql`
    select ${columns} from ${from} where ${conditions} and ${olderThan(request.after, createdAt, id)}
    order by ${sql.ref(createdAt)} desc, ${sql.ref(id)} desc`
  return jsonRows<Row>(
    read,
    limited(ordered, request, counted !== undefined),
    counted ?? sql`(select count(*) from ${from} where ${conditions})`,
  )
}

/**
 * The rows of a page, one more among them, of a select that is newest first. PostgreSQL plans a statement anew for
 * each call while its text does not tell how few rows are wanted, and that takes longer than reading them; so the text
 * of the whole list, `isWhole`, has a bound. Through a filter the best way depends on the value that is looked for,
 * and is looked for anew.
 */
export function limited(
  ordered: RawBuilder<unknown>,
  { limit, offset }: PageRequest,
  isWhole: boolean,
): RawBuilder<unknown> {
  const rowsMax = limit + 1
  if (!isWhole || offset > 0) return sql`${ordered} limit ${rowsMax} offset ${offset}`
  return sql`
    select * from (${ordered} limit ${sql.lit(pageLimitMax + 1)}) bounded
    order by created_at desc, id desc limit ${rowsMax}`
}
