import type { LoadShape } from '../load/job.js'
import type { PostgresFacts } from '../postgres/databases.js'
import type { CpuPlacement } from '../processes/cpu-placement.js'
import type { Progress } from '../report/progress.js'

/** How large a run is: the same for every comparison of one command. */
export type RunSize = {
  readonly shape: LoadShape
  readonly roundCount: number
  /** The rounds of what takes seconds where the rest takes minutes: more of them cost little, and tell more. */
  readonly shortRoundCount: number
  /** The warm-up of what is measured only when it has settled: counts are in their rows after two minutes. */
  readonly settlingS: number
  /** Of how many users or keys of a comparison one is seeded. */
  readonly countDivisor: number
}

/** Where a run takes place and how it is followed and ended. */
export type RunSite = {
  readonly superuserUrl: string
  readonly postgres: PostgresFacts
  readonly placement: CpuPlacement
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** The circumstances of a run, as the report tells them. */
export type RunFacts = {
  readonly date: string
  readonly command: string
  readonly machine: string
  readonly placement: string
  readonly postgres: PostgresFacts
}

/** What `npm run bench` knows by a name, and measures on its own. */
export type Benchmark = {
  /** Names it on the command line and in the markers of the report. */
  readonly name: string
  /** The steps that `measure` reports as progress. */
  countSteps(size: RunSize): number
  /** Measures, cleans up, and returns what writes its section of the report. */
  measure(size: RunSize, site: RunSite): Promise<(facts: RunFacts) => string>
}
