/** The middle of some figures with their extremes: what every figure of the report is shown as. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number }

/** Summarizes at least one figure. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((first, second) => first - second)
  const [min, max] = [sorted[0], sorted[sorted.length - 1]]
  if (min === undefined || max === undefined) throw new Error('There is no median of nothing.')
  const middle = sorted.length / 2
  const lower = sorted[Math.ceil(middle) - 1] ?? min
  const upper = sorted[Math.floor(middle)] ?? max
  return { median: (lower + upper) / 2, min, max }
}

/**
 * The ratio inside each pair of rounds. Noise that slows the machine for a minute slows both halves of a
 * pair, so these ratios hold where rates of different minutes do not compare.
 */
export function pairedRatios(ours: readonly number[], peers: readonly number[]): readonly number[] {
  return ours.map((figure, round) => figure / (peers[round] ?? Number.NaN))
}
