import type { Contender, RequestSpec, Seeded } from '../contenders/contender.js'

/** A request together with what the right answer to it is. `verify` throws a sentence when it differs. */
export type Question = { readonly request: RequestSpec; verify(body: unknown): void }

/** One operation, asked of both contenders; the order of `questions` is that of `contenders`. */
export type Measurement = {
  readonly title: string
  /** The ratio of our rate to the peer's that the project set out to reach. */
  readonly ratioTarget?: number
  readonly questions: readonly [AskContender, AskContender]
}

/** Makes the requests of a measurement for one contender, from what its seed left behind. */
export type AskContender = (seeded: Seeded) => readonly Question[]

/** Ours against one peer, over one data set. A new comparison is a file with one value of this type. */
export type Comparison = {
  /** Names it on the command line, in the markers of the report and in its databases. */
  readonly name: string
  readonly title: string
  readonly userCount: number
  /** Ours first: a ratio is the first contender's rate divided by the second's. */
  readonly contenders: readonly [Contender, Contender]
  readonly measurements: readonly Measurement[]
  /** Sentences: what the ratio does not say, and whom each difference favours. */
  readonly fairness: readonly string[]
}
