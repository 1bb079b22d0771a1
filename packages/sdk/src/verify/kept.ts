/** Something that was fetched, and as of when it is known to be so. */
export interface Fetched<T> {
  readonly value: T
  readonly asOfMs: number
}

/** How long a failure is remembered, so that a server in trouble is not asked by every request anew. */
const failureMs = 1_000

/**
 * Something of the server that is kept for a while. It is fetched by the request that finds it too old, never by a
 * timer, which not every runtime leaves running; no more than one fetch is under way.
 */
export class Kept<T> {
  readonly #fetch: (held: T | undefined) => Promise<Fetched<T>>
  readonly #now: () => number
  readonly #fetchMsMax: number
  #held: Fetched<T> | undefined
  #fetching: { readonly done: Promise<Fetched<T>>; readonly sinceMs: number } | undefined
  #failed: { readonly error: unknown; readonly atMs: number } | undefined

  constructor(fetch: (held: T | undefined) => Promise<Fetched<T>>, now: () => number, fetchMsMax: number) {
    this.#fetch = fetch
    this.#now = now
    this.#fetchMsMax = fetchMsMax
  }

  /**
   * What is kept, after fetching it again where it is older than `freshMs`.
   *
   * @throws What the fetch failed with, where what is kept is older than `usableMs` as well.
   */
  async get({ freshMs, usableMs }: { freshMs: number; usableMs: number }): Promise<T> {
    const ageMs = this.#ageMs()
    if (this.#held && ageMs <= freshMs) return this.#held.value
    // One request fetches; the others go on with what is good enough.
    const isUsable = this.#held !== undefined && ageMs <= usableMs
    if (this.#held && isUsable && (this.#isFetching() || this.#hasJustFailed())) return this.#held.value
    try {
      this.#held = await this.#fetchOnce()
    } catch (error) {
      if (!this.#held || this.#ageMs() > usableMs) throw error
    }
    if (this.#ageMs() > usableMs)
      throw new Error('The server answered with something too old, or its clock differs.')
    return this.#held.value
  }

  /** What is of a time to come is of a clock that was set back since, and of no known age. */
  #ageMs(): number {
    const ageMs = this.#now() - (this.#held?.asOfMs ?? 0)
    return ageMs < 0 ? Number.POSITIVE_INFINITY : ageMs
  }

  #hasJustFailed(): boolean {
    return this.#failed !== undefined && this.#now() - this.#failed.atMs < failureMs
  }

  /** A fetch that takes longer than it may was given up with the request that began it. */
  #isFetching(): boolean {
    return this.#fetching !== undefined && this.#now() - this.#fetching.sinceMs <= this.#fetchMsMax
  }

  #fetchOnce(): Promise<Fetched<T>> {
    if (this.#fetching && this.#isFetching()) return this.#fetching.done
    if (this.#failed && this.#hasJustFailed()) return Promise.reject(this.#failed.error)
    const done = this.#fetch(this.#held?.value)
    const fetching = { done, sinceMs: this.#now() }
    this.#fetching = fetching
    const end = () => {
      if (this.#fetching === fetching) this.#fetching = undefined
    }
    done.then(end, (error) => {
      end()
      this.#failed = { error, atMs: this.#now() }
    })
    return done
  }
}
