/** Verifications of keys that are to be written down: of the first key, of the second, and so on. */
export interface KeyCounts {
  readonly environmentIds: string[]
  readonly ids: string[]
  readonly times: number[]
  /** The last of them, in milliseconds since 1970. */
  readonly verifiedAt: number[]
  readonly verifiedIps: (string | null)[]
}

/** Verifications of the keys of one of 256 parts: by the last byte of their ids. */
export interface PartCounts {
  readonly part: number
  readonly counts: KeyCounts
}

export function noCounts(): KeyCounts {
  return { environmentIds: [], ids: [], times: [], verifiedAt: [], verifiedIps: [] }
}

/** How many keys there are in all parts. */
export function sizeOf(parts: readonly PartCounts[]): number {
  return parts.reduce((sum, { counts }) => sum + counts.ids.length, 0)
}

/** The keys of the first part, then those of the second, and so on. */
export function together(parts: readonly PartCounts[]): KeyCounts {
  return ofEach((column) => concat(parts.map(({ counts }) => column(counts))))
}

/** What the parts have, in statements of at most so many keys: a part that would be more than that is cut. */
export function inStatements(parts: readonly PartCounts[], keysMax: number): PartCounts[][] {
  const statements: PartCounts[][] = []
  let room = 0
  for (const { part, counts } of parts) {
    for (let start = 0; start < counts.ids.length; ) {
      if (room === 0) {
        statements.push([])
        room = keysMax
      }
      const piece = slice(counts, start, start + room)
      statements.at(-1)?.push({ part, counts: piece })
      room -= piece.ids.length
      start += piece.ids.length
    }
  }
  return statements
}

function slice(counts: KeyCounts, start: number, end: number): KeyCounts {
  if (start === 0 && end >= counts.ids.length) return counts
  return ofEach((column) => column(counts).slice(start, end))
}

type Column<Value> = (counts: KeyCounts) => Value[]

function ofEach(make: <Value>(column: Column<Value>) => Value[]): KeyCounts {
  return {
    environmentIds: make((counts) => counts.environmentIds),
    ids: make((counts) => counts.ids),
    times: make((counts) => counts.times),
    verifiedAt: make((counts) => counts.verifiedAt),
    verifiedIps: make((counts) => counts.verifiedIps),
  }
}

/** `concat` copies arrays in one piece, where `flat` and `flatMap` take their values one by one. */
function concat<Value>(arrays: readonly Value[][]): Value[] {
  return ([] as Value[]).concat(...arrays)
}
