/** How something is found of which nobody knows yet in which environment it is. */
export interface LookUp<Key, Found, Value> {
  /** A name of its own, as that of a column. */
  readonly name: string
  /** The expression that yields what is found as one JSON value, with the places of its parameters. */
  readonly sql: (...places: string[]) => string
  /** Whether something looks like a key; what does not is not asked for. Everything does, unless it is said. */
  readonly isKey?: (key: Key) => boolean
  readonly ask: (keys: readonly Key[]) => Question<Found, Value>
}

/** What some keys are asked for by, and how what is found, null where that is nothing, is read for each of them. */
export interface Question<Found, Value> {
  readonly parameters: readonly unknown[]
  readonly read: (found: Found | null) => readonly (Value | undefined)[]
}

/** Makes a function of a look-up: it answers what is found by a key, or undefined. */
export type LookUps = <Key, Found, Value>(
  lookUp: LookUp<Key, Found, Value>,
) => (key: Key) => Promise<Value | undefined>
