import type { LoadShape } from '../load/job.js'
import type { Entry } from './entries.js'
import type { VerifyResult } from './verify-job.js'

/** One entry: its rounds, and the size of a checked answer's body. */
export type EntryFigures = {
  readonly entry: Entry
  /** As it was measured: a quick run divides that of the entry. */
  readonly keyCount: number
  readonly rounds: readonly VerifyResult[]
  readonly answerBytes: number
}

/** The figures of a run, with the size of it. */
export type VerifyFigures = {
  readonly entries: readonly EntryFigures[]
  readonly shape: LoadShape
  readonly settlingS: number
  readonly roundCount: number
  readonly shortRoundCount: number
}
