import { errors, pageLimitDefault, pageLimitMax } from '@claviger/contract'
import { isoTime } from './clock.js'
import { fail } from './failure.js'
import { parseId } from './ids.js'

/** Where in the order of a list a row stands: newest first, the id breaking ties. */
export interface Position {
  readonly createdAt: string
  readonly id: string
}

/** The page that a query asks for, with every default filled in. */
export interface PageRequest {
  readonly limit: number
  readonly offset: number
  /** The last row of the page before; undefined for the first page and for pages by offset. */
  readonly after: Position | undefined
}

interface PageQuery {
  readonly limit?: number
  readonly offset?: number
  readonly after?: string
}

/** Reads `limit`, `offset` and `after`; a limit above the maximum is lowered, not refused. */
export function pageRequest({ limit = pageLimitDefault, offset = 0, after }: PageQuery): PageRequest {
  return {
    limit: Math.min(limit, pageLimitMax),
    offset: after === undefined ? offset : 0,
    after: after === undefined ? undefined : decodeCursor(after),
  }
}

/**
 * The answer of a list. One row more than the page is read, which tells whether there is a next page
 * without counting; `total` is the exact size of the whole list.
 */
export function pageOf<N extends string, Row extends { created_at: string; id: string }, Item>(
  nouns: N,
  request: PageRequest,
  { rows, total }: { rows: readonly Row[]; total: number },
  present: (row: Row) => Item,
) {
  const shown = rows.slice(0, request.limit)
  const last = shown.at(-1)
  const nextCursor =
    rows.length > request.limit && last ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null
  const meta = { total, limit: request.limit, offset: request.offset, nextCursor }
  return { [nouns]: shown.map(present), ...meta } as Record<N, Item[]> & typeof meta
}

/** A cursor is only a position: whoever forges one sees nothing that the list does not show anyway. */
export function encodeCursor({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url')
}

function decodeCursor(cursor: string): Position {
  const [createdAt = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const canonical = parseId(id)
  if (rest.length > 0 || !isInstant(createdAt) || !canonical) throw fail(errors.invalid_cursor)
  return { createdAt, id: canonical }
}

/** Whether a text is an instant as the wire shows it. A day or a year that the calendar lacks is none. */
function isInstant(text: string): boolean {
  const timeMs = Date.parse(text)
  return !Number.isNaN(timeMs) && isoTime(timeMs) === text && text >= '0001'
}
