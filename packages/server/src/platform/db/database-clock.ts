import type { Clock } from '#kernel/clock'
import type { Queries } from '#kernel/queries'
import { statement } from './statement.js'

/** The clock of the database, as this node tells it. */
export interface DatabaseClock extends Clock {
  /** Looks at the clock of the database once more. */
  compare(): Promise<void>
  stop(): void
}

const compareEveryMs = 10_000
/** An answer that took longer says too little about when it was given. */
const exactMsMax = 1_000

/**
 * Deadlines are the database's, so what this node signs and compares itself goes by the same clock: the
 * system's own, which may be wrong or set while the server runs, is not asked. Between two looks the time goes
 * on by a counter that nobody can set.
 */
export async function openDatabaseClock(anywhere: Queries): Promise<DatabaseClock> {
  let startedAtMs: number | undefined

  async function compare(): Promise<void> {
    const askedAt = performance.now()
    const { now_ms } = await anywhere.one(
      statement<{ now_ms: number }>('select extract(epoch from instant())::float8 * 1000 as now_ms', []),
    )
    const answeredAt = performance.now()
    if (startedAtMs !== undefined && answeredAt - askedAt > exactMsMax) return
    startedAtMs = now_ms - (askedAt + answeredAt) / 2
  }

  await compare()
  const comparing = setInterval(() => {
    // While the database is away its time goes on here.
    compare().catch(() => {})
  }, compareEveryMs)
  comparing.unref()
  return {
    now: () => Math.floor((startedAtMs as number) + performance.now()),
    compare,
    stop: () => clearInterval(comparing),
  }
}
