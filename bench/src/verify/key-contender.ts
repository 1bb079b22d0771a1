import type { RunningServer } from '../contenders/contender.js'

/** A product under measurement: how its database is filled with keys and how its server starts. */
export type KeyContender = {
  readonly name: string
  readonly version: string
  /** How it is set up, in a clause that a reader of the report can judge. */
  readonly configuration: string
  /** Part of the name of its database, which those with the same one share: lower-case letters, digits, underscores. */
  readonly slug: string
  /**
   * Brings an empty database to the product's schema with the seeded keys below `keyCount` in it, ten to a user, and
   * answers the ids of those at `checkedIndexes`. Called once a run.
   */
  seed(
    databaseUrl: string,
    keyCount: number,
    onProgress: (keyCountDone: number) => void,
  ): Promise<ReadonlyMap<number, string>>
  /** Starts the server in a process of its own, pinned to `cpu` where that is a number. */
  start(options: { databaseUrl: string; cpu: number | null }): Promise<RunningServer>
  /** SQL for the number of verifications that it has counted; absent where it counts none. */
  readonly countSql?: string
}
