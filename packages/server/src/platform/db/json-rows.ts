import type { Queries } from '#kernel/queries'
import { query, type RawBuilder, sql } from './build.js'

/**
 * Reads the rows of a select as one JSON text, and beside them a total of the same snapshot. PostgreSQL writes the
 * text and V8 reads it in a fraction of the time that a driver needs to take many rows apart value by value, which
 * is most of what a list costs. The order of the select is kept. Instants are what columns are called that end in
 * `_at`; the rest has to be a type of JSON.
 *
 * With `names`, which are then the columns of the select, rows travel as arrays: in a wide list the names, written
 * once a row, are a third of the text.
 */
export async function jsonRows<Row>(
  queries: Queries,
  select: RawBuilder<unknown>,
  total: RawBuilder<number>,
  names?: readonly (keyof Row & string)[],
): Promise<{ rows: Row[]; total: number }> {
  const listed = names ? arrayOf(names) : sql.ref('listed')
  const answer = await queries.one(
    query<{ rows: (object | unknown[])[] | null; total: number }>`
      select json_agg(${listed}) as rows, ${total} as total from (${select}) listed`,
  )
  const found = answer.rows ?? []
  const rows = names ? found.map((values) => rowOf(names, values as unknown[])) : found
  return { rows: withInstants(rows as Row[]), total: answer.total }
}

/** The rows, which were read as JSON, with the instants in them as the wire shows them. */
export function withInstants<Row>(rows: Row[]): Row[] {
  const instants = Object.keys(rows[0] ?? {}).filter((name) => name.endsWith('_at'))
  for (const row of rows as Record<string, unknown>[]) {
    for (const name of instants) {
      const text = row[name]
      if (typeof text === 'string') row[name] = isoFromJson(text)
    }
  }
  return rows
}

function arrayOf(names: readonly string[]): RawBuilder<unknown> {
  return sql`json_build_array(${sql.join(names.map((name) => sql.ref(`listed.${name}`)))})`
}

function rowOf(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i]
  return row
}

/** `2026-11-22T00:41:04.12+00:00` as `2026-11-22T00:41:04.120Z`. */
export function isoFromJson(text: string): string {
  // Most instants have all three digits of their milliseconds.
  if (text.length === 29) return `${text.slice(0, 23)}Z`
  const [seconds = '', fraction = ''] = text.slice(0, -'+00:00'.length).split('.')
  return `${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
}
