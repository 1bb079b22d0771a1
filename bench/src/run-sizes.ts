import type { RunSize } from './comparisons/run-comparison.js'

/** The size whose figures are published. */
export const fullSize: RunSize = {
  shape: { connectionCount: 64, warmUpS: 2, windowS: 5 },
  roundCount: 3,
  userCountDivisor: 1,
}

/** Proves that everything works, in about a minute; its figures mean nothing. */
export const quickSize: RunSize = {
  shape: { connectionCount: 64, warmUpS: 0.5, windowS: 0.5 },
  roundCount: 1,
  userCountDivisor: 100,
}
