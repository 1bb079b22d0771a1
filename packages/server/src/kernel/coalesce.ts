/**
 * So many look-ups are worth a query of their own: of fewer, queries cost more than they find, and while more gather,
 * either the server or the database has nothing to do.
 */
export const fullBatch = 16
/** How many full batches may be under way beyond those that need not be full. */
const fullInFlightMax = 3

export interface GatherOptions {
  /** How many loads may be under way before the next keys gather. */
  readonly inFlightMax: number
  /** The most keys of one kind that one load takes. */
  readonly batchMax?: number
  /**
   * How many calls for one kind leave at once, loads being under way or not: the database then finds the next keys
   * while the last ones are answered here, where it would otherwise wait for all of them. Never, unless it is said.
   */
  readonly fullAt?: number
}

/** Keys of one kind that are loaded together. */
export interface Batch<Kind> {
  readonly kind: Kind
  readonly keys: readonly unknown[]
}

const nothing = Promise.resolve(undefined)

/** A key that is to be loaded, and everyone who waits for it. */
class Asked {
  readonly key: unknown
  readonly answer: Promise<unknown>
  resolve!: (value: unknown) => void
  reject!: (error: unknown) => void

  constructor(key: unknown) {
    this.key = key
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

/** Keys of one kind that gather until the next load. */
class Waiting<Kind> {
  readonly kind: Kind
  asked = new Map<unknown, Asked>()
  /** How many calls wait for them. */
  calls = 0

  constructor(kind: Kind) {
    this.kind = kind
  }

  take(max: number): Taken<Kind> {
    const all = [...this.asked.values()]
    const taken = all.slice(0, max)
    this.asked = new Map(all.slice(max).map((asked) => [asked.key, asked]))
    this.calls = this.asked.size
    return new Taken(this.kind, taken)
  }
}

/** Keys of one kind that are being loaded. */
class Taken<Kind> implements Batch<Kind> {
  readonly kind: Kind
  readonly keys: readonly unknown[]
  private readonly asked: readonly Asked[]

  constructor(kind: Kind, asked: readonly Asked[]) {
    this.kind = kind
    this.keys = asked.map(({ key }) => key)
    this.asked = asked
  }

  resolve(values: readonly unknown[] = []): void {
    for (let i = 0; i < this.asked.length; i++) this.asked[i]?.resolve(values[i])
  }

  reject(error: unknown): void {
    for (const asked of this.asked) asked.reject(error)
  }
}

/**
 * Makes one look-up of many, of several kinds: keys that are asked for in the same turn of the event loop are loaded
 * together, each of them once, and while `inFlightMax` loads are under way the next ones gather. Nothing is remembered,
 * so an answer is never older than its question. `load` answers for each batch with the values of its keys. What is no
 * key by the look of it, which is taken once for all who ask together, is not loaded, and answered with undefined.
 */
export function gather<Kind>(
  load: (batches: readonly Batch<Kind>[]) => Promise<readonly (readonly unknown[])[]>,
  { inFlightMax, batchMax = 500, fullAt = Number.POSITIVE_INFINITY }: GatherOptions,
  isKey: (kind: Kind, key: unknown) => boolean = () => true,
): (kind: Kind) => (key: unknown) => Promise<unknown> {
  const kinds: Waiting<Kind>[] = []
  let inFlight = 0
  let leavesNow = false
  let leavesNextTurn = false

  function mayLeave(): boolean {
    if (inFlight < inFlightMax) return kinds.some(({ calls }) => calls > 0)
    return inFlight < inFlightMax + fullInFlightMax && kinds.some(({ calls }) => calls >= fullAt)
  }

  function leave(): void {
    while (mayLeave()) void loadNext()
  }

  /** Once whoever asks now has asked for everything, so that what one request needs is in one load. */
  function leaveNow(): void {
    if (leavesNow || !mayLeave()) return
    leavesNow = true
    queueMicrotask(() => {
      leavesNow = false
      leave()
    })
  }

  function leaveNextTurn(): void {
    if (leavesNextTurn || !mayLeave()) return
    leavesNextTurn = true
    setImmediate(() => {
      leavesNextTurn = false
      leave()
    })
  }

  async function loadNext(): Promise<void> {
    const taken = kinds.filter(({ calls }) => calls > 0).map((waiting) => waiting.take(batchMax))
    inFlight++
    // The next load is under way before anybody goes on with what this one found: while they do, it is answered.
    const loading = load(taken).finally(() => {
      inFlight--
      leave()
    })
    try {
      const values = await loading
      for (const [i, batch] of taken.entries()) batch.resolve(values[i])
    } catch (error) {
      for (const batch of taken) batch.reject(error)
    }
  }

  return (kind) => {
    const waiting = new Waiting(kind)
    kinds.push(waiting)
    return (key) => {
      let asked = waiting.asked.get(key)
      if (!asked) {
        if (!isKey(kind, key)) return nothing
        asked = new Asked(key)
        waiting.asked.set(key, asked)
      }
      waiting.calls++
      if (waiting.calls >= fullAt) leaveNow()
      else leaveNextTurn()
      return asked.answer
    }
  }
}

/** `gather` for keys of one kind; those that are the same value are the same key. */
export function coalesce<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>,
  options: GatherOptions,
): (key: Key) => Promise<Value | undefined> {
  const kindOf = gather<undefined>(
    async ([batch]) => [await load((batch as Batch<undefined>).keys as readonly Key[])],
    options,
  )
  return kindOf(undefined) as (key: Key) => Promise<Value | undefined>
}
