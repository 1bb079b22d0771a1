/** How many full batches may be under way beyond those that need not be full. */
const fullInFlightMax = 3

/**
 * Makes one look-up of many: keys that are asked for in the same turn of the event loop are loaded
 * together, and while `inFlightMax` loads are under way the next ones gather. Nothing is remembered,
 * so an answer is never older than its question.
 *
 * Where `fullAt` keys have gathered they leave at once, some loads being under way or not: the database then finds the
 * next ones while the last ones are answered here, where it would otherwise wait for all of them.
 */
export function coalesce<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>,
  {
    inFlightMax,
    fullAt = Number.POSITIVE_INFINITY,
    batchMax = 500,
  }: { inFlightMax: number; fullAt?: number; batchMax?: number },
): (key: Key) => Promise<Value | undefined> {
  interface Waiting {
    readonly key: Key
    readonly resolve: (value: Value | undefined) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let inFlight = 0
  let scheduled = false

  function mayLeave() {
    const loadsMax = waiting.length >= fullAt ? inFlightMax + fullInFlightMax : inFlightMax
    return waiting.length > 0 && inFlight < loadsMax
  }

  function flushAll() {
    while (mayLeave()) void flush()
  }

  function schedule() {
    if (scheduled || !mayLeave()) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      flushAll()
    })
  }

  async function flush() {
    const batch = waiting.slice(0, batchMax)
    waiting = waiting.slice(batchMax)
    inFlight++
    let settle: (one: Waiting, i: number) => void
    try {
      const values = await load(batch.map(({ key }) => key))
      settle = ({ resolve }, i) => resolve(values[i])
    } catch (error) {
      settle = ({ reject }) => reject(error)
    }
    inFlight--
    // The next load is under way before anybody goes on with what this one found: while they do, it is answered.
    flushAll()
    batch.forEach(settle)
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      if (waiting.length >= fullAt) flushAll()
      else schedule()
    })
}

/**
 * Makes one look-up of many for rows that have names: each row is asked for once, however many want it at a time, and
 * while one query is under way the next ones gather, so that there are fewer and larger ones.
 */
export function lookUpTogether<Key, Row>(
  load: (keys: readonly Key[]) => Promise<readonly Row[]>,
  {
    nameOf,
    nameOfRow,
    fullAt,
  }: { nameOf: (key: Key) => string; nameOfRow: (row: Row) => string; fullAt?: number },
): (key: Key) => Promise<Row | undefined> {
  return coalesce(
    async (keys) => {
      const names = keys.map(nameOf)
      const distinct = new Map(keys.map((key, i) => [names[i], key]))
      const rows = await load([...distinct.values()])
      const byName = new Map(rows.map((row) => [nameOfRow(row), row]))
      return names.map((name) => byName.get(name))
    },
    { inFlightMax: 1, ...(fullAt && { fullAt }) },
  )
}
