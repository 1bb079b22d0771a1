import type { Contender, RequestSpec, RunningServer, Seeded } from '../contenders/contender.js'

/**
 * A request together with what the right answer to it is. `verify` throws a sentence when it differs; it is
 * given the request as it was sent, which differs from the template where that has the mark for a unique text.
 */
export type Question = { readonly request: RequestSpec; verify(body: unknown, sent: RequestSpec): void }

/** One operation, asked of both sides; the order of `questions` is that of `sides`. */
export type Measurement = {
  readonly title: string
  /** For an operation that keeps a CPU busy, where the usual number would only wait in line. */
  readonly connectionCount?: number
  /** What the project set out to reach. */
  readonly targets?: readonly Target[]
  readonly questions: readonly [AskContender, AskContender]
}

/** A bound on a ratio, taken inside a round. */
export type Target =
  /** Our rate to the other side's. */
  | { readonly figure: 'rate'; readonly atLeast: number }
  /** Our 99th percentile to the other side's. */
  | { readonly figure: 'p99'; readonly atMost: number }
  /** Our time for a request to our time for one of another measurement of the comparison. */
  | { readonly figure: 'cost'; readonly of: Measurement; readonly atMost: number }

/**
 * Makes the requests of a measurement for one side, from what its seed left behind and just before they are
 * sent, so that a credential of short life is fresh. May ask the server for what only that knows.
 */
export type AskContender = (
  seeded: Seeded,
  server: RunningServer,
) => readonly Question[] | Promise<readonly Question[]>

/** A contender with the size of its data. */
export type Side = { readonly contender: Contender; readonly userCount: number }

/** Ours against a peer, or against itself over other data. A new comparison is one value of this type. */
export type Comparison = {
  /** Names it on the command line, in the markers of the report and in its databases. */
  readonly name: string
  readonly title: string
  /** Ours first: a ratio is the first side's figure divided by the second's. */
  readonly sides: readonly [Side, Side]
  /** In the order in which a round runs them: those that change data stand last. */
  readonly measurements: readonly Measurement[]
  /** Sentences: what the ratio does not say, and whom each difference favours. */
  readonly fairness: readonly string[]
}
