import type { Queries } from '#kernel/queries'
import { query, type RawBuilder } from './build.js'

/**
 * Reads the rows of a select as one JSON text, and beside them a total of the same snapshot. PostgreSQL writes the
 * text and V8 reads it in a fraction of the time that a driver needs to take many rows apart value by value, which
 * is most of what a list costs. The order of the select is kept. Instants are what columns are called that end in
 * `_at`; the rest has to be a type of JSON.
 */
export async function jsonRows<Row>(
  queries: Queries,
  select: RawBuilder<unknown>,
  total: RawBuilder<number>,
): Promise<{ rows: Row[]; total: number }> {
  const answer = await queries.one(
    query<{ rows: Record<string, unknown>[] | null; total: number }>`
      select json_agg(listed) as rows, ${total} as total from (${select}) listed`,
  )
  const rows = answer.rows ?? []
  const instants = Object.keys(rows[0] ?? {}).filter((name) => name.endsWith('_at'))
  for (const row of rows) {
    for (const name of instants) {
      const text = row[name]
      if (typeof text === 'string') row[name] = isoFromJson(text)
    }
  }
  return { rows: rows as Row[], total: answer.total }
}

/** `2026-11-22T00:41:04.12+00:00` as `2026-11-22T00:41:04.120Z`. */
export function isoFromJson(text: string): string {
  // Most instants have all three digits of their milliseconds.
  if (text.length === 29) return `${text.slice(0, 23)}Z`
  const [seconds = '', fraction = ''] = text.slice(0, -'+00:00'.length).split('.')
  return `${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
}
