import { renderComparison } from '../report/render-comparison.js'
import type { Benchmark } from './benchmark.js'
import type { Comparison } from './comparison.js'
import { countSteps, runComparison } from './run-comparison.js'

/** A comparison of two sides as a benchmark. */
export function benchmarkOf(comparison: Comparison): Benchmark {
  return {
    name: comparison.name,
    countSteps: (size) => countSteps(comparison, size),
    measure: async (size, site) => {
      const figures = await runComparison(comparison, size, site)
      return (facts) => renderComparison(figures, facts)
    },
  }
}
