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

export function slice(counts: KeyCounts, start: number, end?: number): KeyCounts {
  return ofEach(counts, (values) => values.slice(start, end))
}

/** Those at some places, in that order. */
export function pick(counts: KeyCounts, places: readonly number[]): KeyCounts {
  return ofEach(counts, <Value>(values: readonly Value[]) => places.map((place) => values[place] as Value))
}

/** Those of the first, then those of the second, and so on. */
export function together(all: readonly KeyCounts[]): KeyCounts {
  return {
    environmentIds: all.flatMap(({ environmentIds }) => environmentIds),
    ids: all.flatMap(({ ids }) => ids),
    times: all.flatMap(({ times }) => times),
    verifiedAt: all.flatMap(({ verifiedAt }) => verifiedAt),
    verifiedIps: all.flatMap(({ verifiedIps }) => verifiedIps),
  }
}

function ofEach(counts: KeyCounts, of: <Value>(values: readonly Value[]) => Value[]): KeyCounts {
  return {
    environmentIds: of(counts.environmentIds),
    ids: of(counts.ids),
    times: of(counts.times),
    verifiedAt: of(counts.verifiedAt),
    verifiedIps: of(counts.verifiedIps),
  }
}
