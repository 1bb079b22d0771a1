/**
 * So many look-ups are worth a query of their own: of fewer, queries cost more than they find, and while more gather,
 * either the server or the database has nothing to do.
 */
export const fullBatch = 16
/** How many full batches may be under way beyond those that need not be full. */
const fullInFlightMax = 3

export interface CoalesceOptions<Key> {
  /** How many loads may be under way before the next keys gather. */
  readonly inFlightMax: number
  /** The most keys that one load takes. */
  readonly batchMax?: number
  /**
   * How many calls leave at once, loads being under way or not: the database then finds the next keys while the last
   * ones are answered here, where it would otherwise wait for all of them. Never, unless it is said.
   */
  readonly fullAt?: number
  /** What keys have in common that are the same; a key itself, unless it is said. */
  readonly nameOf?: (key: Key) => unknown
}

/** A key that is to be loaded, and everyone who waits for it. */
class Asked<Key, Value> {
  readonly key: Key
  readonly answer: Promise<Value | undefined>
  resolve!: (value: Value | undefined) => void
  reject!: (error: unknown) => void

  constructor(key: Key) {
    this.key = key
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

/**
 * Makes one look-up of many: keys that are asked for in the same turn of the event loop are loaded together, each of
 * them once, and while `inFlightMax` loads are under way the next ones gather. Nothing is remembered, so an answer is
 * never older than its question.
 */
export function coalesce<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>,
  {
    inFlightMax,
    batchMax = 500,
    fullAt = Number.POSITIVE_INFINITY,
    nameOf = (key) => key,
  }: CoalesceOptions<Key>,
): (key: Key) => Promise<Value | undefined> {
  let waiting = new Map<unknown, Asked<Key, Value>>()
  /** How many calls wait for them. */
  let calls = 0
  let inFlight = 0
  let scheduled = false

  function mayLeave(): boolean {
    const loadsMax = calls >= fullAt ? inFlightMax + fullInFlightMax : inFlightMax
    return waiting.size > 0 && inFlight < loadsMax
  }

  function leave(): void {
    while (mayLeave()) void loadNext()
  }

  function schedule(): void {
    if (scheduled || !mayLeave()) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      leave()
    })
  }

  async function loadNext(): Promise<void> {
    const batch = [...waiting.values()].slice(0, batchMax)
    waiting = waiting.size <= batchMax ? new Map() : new Map([...waiting].slice(batchMax))
    calls = waiting.size
    inFlight++
    let settle: (asked: Asked<Key, Value>, i: number) => void
    try {
      const values = await load(batch.map(({ key }) => key))
      settle = ({ resolve }, i) => resolve(values[i])
    } catch (error) {
      settle = ({ reject }) => reject(error)
    }
    inFlight--
    // The next load is under way before anybody goes on with what this one found: while they do, it is answered.
    leave()
    batch.forEach(settle)
  }

  return (key) => {
    const name = nameOf(key)
    let asked = waiting.get(name)
    if (!asked) {
      asked = new Asked(key)
      waiting.set(name, asked)
    }
    calls++
    if (calls >= fullAt) leave()
    else schedule()
    return asked.answer
  }
}

/** `coalesce` for rows that have names, of which a load answers those that are there, in any order. */
export function lookUpTogether<Key, Row>(
  load: (keys: readonly Key[]) => Promise<readonly Row[]>,
  {
    nameOfRow,
    ...options
  }: Partial<CoalesceOptions<Key>> & {
    nameOf: (key: Key) => unknown
    nameOfRow: (row: Row) => unknown
  },
): (key: Key) => Promise<Row | undefined> {
  return coalesce(
    async (keys) => {
      const rows = new Map((await load(keys)).map((row) => [nameOfRow(row), row]))
      return keys.map((key) => rows.get(options.nameOf(key)))
    },
    { inFlightMax: 1, ...options },
  )
}
