import type { RunSize } from './comparisons/benchmark.js'

/** The size whose figures are published. */
export const fullSize: RunSize = {
  shape: { connectionCount: 64, warmUpS: 2, windowS: 5 },
  settlingS: 140,
  roundCount: 3,
  shortRoundCount: 5,
  countDivisor: 1,
}

/**
 * Proves that everything works, in a little over a minute; its figures mean nothing. The window must hold a few of the
 * slowest answers, sign-ins, also on a machine that does something else.
 */
export const quickSize: RunSize = {
  shape: { connectionCount: 64, warmUpS: 0.25, windowS: 1 },
  settlingS: 0.25,
  roundCount: 1,
  shortRoundCount: 1,
  countDivisor: 100,
}
