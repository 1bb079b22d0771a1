import type { LoadResult, LoadShape } from '../load/job.js'
import type { KeyChoice } from './draw-keys.js'

/** What the generator of verifications is told to do. */
export type VerifyJob = LoadShape & {
  /** Connections are dealt out over them. */
  readonly urls: readonly string[]
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The property of the body that holds the key. */
  readonly property: string
  readonly validMark: string
  readonly keyCount: number
  readonly choice: KeyChoice
  readonly watchedPids: { readonly servers: readonly number[]; readonly postgres: number | null }
}

/** What it saw. An answer that is not 200 and valid ends the load with an error. */
export type VerifyResult = Omit<LoadResult, 'faults'> & {
  /** Of the warm-up and of what was still on its way after the window, too. */
  readonly validCount: number
}
