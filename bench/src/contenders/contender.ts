/** One HTTP request as the load generator sends it; the path is relative to the server's own URL. */
export type RequestSpec = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Sent without the server's credential: by somebody who is not signed in yet. */
  readonly isAnonymous?: boolean
}

/** What a seed leaves behind. Users are known by their index: the email of one is `seedEmail(index)`. */
export type Seeded = {
  readonly userIds: readonly string[]
  /** The headers of a client with this user's session, for a server at `url`. They are good for a minute. */
  sessionHeaders(userIndex: number, url: string): Readonly<Record<string, string>>
}

/** A started server: where it listens, which process it is, and the credential that requests carry. */
export type RunningServer = {
  readonly url: string
  readonly pid: number
  readonly headers: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * A product under measurement: how its database is filled and how its server starts. What it is asked
 * stands in the comparison, so that a new comparison is one file and leaves the contenders alone.
 */
export type Contender = {
  readonly name: string
  readonly version: string
  /** How it is set up, in a clause that a reader of the report can judge. */
  readonly configuration: string
  /** Part of the name of its database: lower-case letters, digits and underscores. */
  readonly slug: string
  /**
   * Brings an empty database to the product's schema with exactly `userCount` users in it, whatever
   * account the measurement itself signs in with included; each has an active session, and those of
   * `passwordIndexes` have the password `seedPassword`. Called once a run.
   */
  seed(databaseUrl: string, userCount: number, onProgress: (userCountDone: number) => void): Promise<Seeded>
  /** Starts the server in a process of its own, pinned to `cpu` where that is a number. */
  start(options: { databaseUrl: string; cpu: number | null }): Promise<RunningServer>
}
