/**
 * Makes one look-up of many: keys that are asked for in the same turn of the event loop are loaded
 * together, and while `inFlightMax` loads are under way the next ones gather. Nothing is remembered,
 * so an answer is never older than its question.
 */
export function coalesce<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>,
  { inFlightMax, batchMax = 500 }: { inFlightMax: number; batchMax?: number },
): (key: Key) => Promise<Value | undefined> {
  interface Waiting {
    readonly key: Key
    readonly resolve: (value: Value | undefined) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let inFlight = 0
  let scheduled = false

  function schedule() {
    if (scheduled || inFlight >= inFlightMax || waiting.length === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      void flush()
      schedule()
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
    if (waiting.length > 0 && inFlight < inFlightMax) void flush()
    batch.forEach(settle)
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      schedule()
    })
}

/**
 * Makes one look-up of many for rows that have names: each row is asked for once, however many want it at a time, and
 * while one query is under way the next ones gather, so that there are fewer and larger ones.
 */
export function lookUpTogether<Key, Row>(
  load: (keys: readonly Key[]) => Promise<readonly Row[]>,
  { nameOf, nameOfRow }: { nameOf: (key: Key) => string; nameOfRow: (row: Row) => string },
): (key: Key) => Promise<Row | undefined> {
  return coalesce(
    async (keys) => {
      const names = keys.map(nameOf)
      const distinct = new Map(keys.map((key, i) => [names[i], key]))
      const rows = await load([...distinct.values()])
      const byName = new Map(rows.map((row) => [nameOfRow(row), row]))
      return names.map((name) => byName.get(name))
    },
    { inFlightMax: 1 },
  )
}
