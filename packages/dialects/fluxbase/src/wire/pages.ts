import { pageLimitMax } from '@claviger/contract'
import type { Fields } from './fields.js'

interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
  readonly nextCursor: string | null
}

type PageQuery = { readonly limit: number; readonly offset?: number; readonly after?: string }

/** Which rows are asked for; all of them where nothing is said. */
export interface PageIn {
  readonly limit?: number
  readonly offset?: number
}

/** Reads a list of the API, in which a page has a hundred rows at most, for a vendor whose pages have more. */
export async function rowsOf<T>(
  page: (query: PageQuery) => Promise<Page<T>>,
  { limit = Number.POSITIVE_INFINITY, offset = 0 }: PageIn = {},
): Promise<{ rows: T[]; total: number }> {
  const first = await page({ limit: Math.min(limit, pageLimitMax), ...(offset > 0 && { offset }) })
  const rows = [...first.rows]
  let { nextCursor } = first
  while (nextCursor !== null && rows.length < limit) {
    const next = await page({ limit: Math.min(limit - rows.length, pageLimitMax), after: nextCursor })
    rows.push(...next.rows)
    nextCursor = next.nextCursor
  }
  return { rows, total: first.total }
}

/** As Fluxbase reads it: a limit that is none of its own is its default. */
export function pageIn(fields: Fields): { limit: number; offset: number } {
  const limit = Math.trunc(fields.number('limit') ?? 0)
  const offset = Math.trunc(fields.number('offset') ?? 0)
  return { limit: limit > 0 && limit <= 1_000 ? limit : 100, offset: Math.max(offset, 0) }
}
