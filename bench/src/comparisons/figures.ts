import type { LoadResult, LoadShape } from '../load/job.js'
import type { Comparison, Measurement } from './comparison.js'

/** One measurement: the rounds of each side, in the order of the sides. */
export type MeasurementFigures = {
  readonly measurement: Measurement
  readonly rounds: readonly [readonly LoadResult[], readonly LoadResult[]]
  /** The size of a checked answer's body. */
  readonly answerBytes: readonly [number, number]
  /** The same load on a server that does nothing but answer with the size of the first side's body. */
  readonly ceiling: LoadResult
}

/** The figures of a comparison, with the size of the run that made them; its sides as they were measured. */
export type ComparisonFigures = {
  readonly comparison: Comparison
  readonly shape: LoadShape
  readonly roundCount: number
  readonly measurements: readonly MeasurementFigures[]
}
