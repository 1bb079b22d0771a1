import type { Context } from '../context.js'
import { type Colour, paintFor } from './paint.js'
import { printable, shortened } from './printable.js'

/** One column. The last takes the rest of the line; the others are padded to their width. */
export interface Column<Row> {
  readonly title: string
  /** In characters. */
  readonly width: number
  text(row: Row): string
  colour?(row: Row): Colour | undefined
}

/** Writes rows as they come: the widths are fixed, so nothing has to be known of the rows that follow. */
export interface Table<Row> {
  head(): void
  row(row: Row): void
}

const gap = '  '

export function createTable<Row>(context: Context, columns: readonly Column<Row>[]): Table<Row> {
  const { stdout } = context
  const paint = paintFor(stdout, context.env)

  function line(cells: readonly { text: string; colour?: Colour | undefined }[]): void {
    let start = 0
    const painted = cells.map(({ text, colour }, i) => {
      const isLast = i === cells.length - 1
      const width = isLast ? widthOfRest(stdout.columns, start) : (columns[i]?.width ?? 0)
      const shown = shortened(printable(text), width)
      start += width + gap.length
      const padded = isLast ? shown : shown.padEnd(width)
      return colour ? paint(padded, colour) : padded
    })
    stdout.write(`${painted.join(gap).trimEnd()}\n`)
  }

  return {
    head: () => line(columns.map(({ title }) => ({ text: title, colour: 'dim' as const }))),
    row: (row) => line(columns.map((column) => ({ text: column.text(row), colour: column.colour?.(row) }))),
  }
}

/** A pipe has no edge at which a line would break, so there nothing is cut. */
function widthOfRest(columns: number | undefined, start: number): number {
  return columns === undefined ? Number.POSITIVE_INFINITY : Math.max(8, columns - start)
}
