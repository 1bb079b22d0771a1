/** What the SDK must know of a route to call it; generated from the contract. */
export interface Operation {
  /** `<nouns>.<verb>`: the name of the method on the client. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Parameters are written `:userId`. */
  readonly path: string
  /** The property of the answer that the method gives; absent: the whole answer. Of a list, its rows. */
  readonly property?: string
  /** The answer says no more than that it is done, so the method gives nothing. */
  readonly silent?: true
  /** The server remembers an `Idempotency-Key`, so the request may be repeated. */
  readonly idempotent?: true
}

/** What a caller gives to one call of an operation. */
export interface Input {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: object
  readonly body?: unknown
}
