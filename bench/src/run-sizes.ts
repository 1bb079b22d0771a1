import type { RunSize } from './comparisons/run-comparison.js'

/** The size whose figures are published. */
export const fullSize: RunSize = {
  shape: { connectionCount: 64, warmUpS: 3, windowS: 8 },
  roundCount: 3,
  userCountMax: Number.POSITIVE_INFINITY,
}

/** Proves that everything works, in well under a minute; its figures mean nothing. */
export const quickSize: RunSize = {
  shape: { connectionCount: 64, warmUpS: 1, windowS: 1 },
  roundCount: 1,
  userCountMax: 1_000,
}
