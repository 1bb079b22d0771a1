import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { KeyCounts } from './store.js'

/** How long a verification may wait to be written down, so that those of one key are written together. */
const gatheringMs = 150
/** How often those that have waited for long enough are written, so that the work is spread. */
const flushEveryMs = 10
/** How many keys one statement counts: few, because look-ups wait while it runs, and more where it falls behind. */
const keysPerStatement = { min: 125, max: 250 }
/** It has fallen behind when more keys are due than so many statements count. */
const statementsBehind = 4
/** For how long a tally with nothing to write is kept at least: longer than any verification takes. */
const restMs = 20_000

/** What this node has counted of one key. */
interface Tally {
  readonly environmentId: string
  readonly id: string
  /** All that was counted since the tally began, and how much of it the database has. */
  counted: number
  written: number
  /** How much of it is on its way there. */
  beingWritten: number
  /** How often the key was found valid, as far as this node knows. */
  total: number
  /** Whether it waits to be written, and since when. */
  isWaiting: boolean
  waitingSinceMs: number
  verifiedAtMs: number
  verifiedIp: string | null
}

/**
 * Counts verifications: added up in memory, and written in small chunks within a quarter of a second, and at the end
 * of the process. A write for every verification would halve how many there can be; a crash loses the last quarter of
 * a second, and nothing else.
 *
 * What a caller is shown is exact on one node: it is what the node has counted itself, on top of what the database had
 * when it first looked, and more where the database has more than that can explain. Of verifications on other nodes,
 * the last quarter of a second is missing.
 */
export function createVerificationCounter(
  writeCounts: (counts: KeyCounts) => Promise<unknown>,
  clock: Clock,
) {
  /** Tallies by key: those of now, and those that were not touched since these began. */
  let current = new Map<string, Tally>()
  let former = new Map<string, Tally>()
  let currentSinceMs = performance.now()
  /** Those with something to write, longest first. */
  let waiting: Tally[] = []
  let inFlight: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  function tallyOf(environmentId: string, id: string, total: number): Tally {
    const known = current.get(id)
    if (known) return known
    const tally: Tally = former.get(id) ?? {
      environmentId,
      id,
      counted: 0,
      written: 0,
      beingWritten: 0,
      total,
      isWaiting: false,
      waitingSinceMs: 0,
      verifiedAtMs: 0,
      verifiedIp: null,
    }
    current.set(id, tally)
    return tally
  }

  /** Forgets what has rested for long enough: together, which is cheaper than to watch each. */
  function forgetRested(nowMs: number): void {
    if (nowMs - currentSinceMs < restMs) return
    const unwritten = [...former].filter(([, { counted, written }]) => counted > written)
    former = current
    current = new Map(unwritten)
    currentSinceMs = nowMs
  }

  function gather(tally: Tally): void {
    if (tally.isWaiting || tally.beingWritten > 0) return
    tally.isWaiting = true
    tally.waitingSinceMs = performance.now()
    waiting.push(tally)
    timer ??= setInterval(writeDue, flushEveryMs).unref()
  }

  function writeDue(): void {
    const nowMs = performance.now()
    forgetRested(nowMs)
    if (inFlight) return
    const firstEarly = waiting.findIndex(({ waitingSinceMs }) => nowMs - waitingSinceMs < gatheringMs)
    const due = firstEarly === -1 ? waiting.length : firstEarly
    if (due > 0) {
      const { min, max } = keysPerStatement
      const together = Math.min(max, Math.max(min, Math.ceil(due / statementsBehind)))
      // What does not succeed waits again, and the next turn tries it.
      writeFirst(Math.min(due, together)).then(writeDue, () => {})
    } else if (waiting.length === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  function writeFirst(howMany: number): Promise<void> {
    const chunk = waiting.slice(0, howMany)
    waiting = waiting.slice(howMany)
    const counts: KeyCounts = { environmentIds: [], ids: [], times: [], verifiedAt: [], verifiedIps: [] }
    for (const tally of chunk) {
      tally.isWaiting = false
      tally.beingWritten = tally.counted - tally.written
      counts.environmentIds.push(tally.environmentId)
      counts.ids.push(tally.id)
      counts.times.push(tally.beingWritten)
      counts.verifiedAt.push(isoTime(tally.verifiedAtMs))
      counts.verifiedIps.push(tally.verifiedIp)
    }
    const writing = writeCounts(counts)
      .then(() => {
        for (const tally of chunk) tally.written += tally.beingWritten
      })
      .finally(() => {
        inFlight = undefined
        for (const tally of chunk) {
          tally.beingWritten = 0
          if (tally.counted > tally.written) gather(tally)
        }
      })
    inFlight = writing
    return writing
  }

  return {
    /**
     * Counts a verification of a key of which the database had so many when it was found; answers how many there have
     * been, this one included.
     */
    count(environmentId: string, id: string, found: number, ipAddress: string | null): number {
      const tally = tallyOf(environmentId, id, found)
      // What is surely not among those that were found; of what is on its way nobody knows.
      const missing = tally.counted - tally.written - tally.beingWritten
      tally.total = Math.max(tally.total, found + missing) + 1
      tally.counted++
      tally.verifiedAtMs = clock.now()
      tally.verifiedIp = ipAddress
      gather(tally)
      return tally.total
    },
    /** Writes down everything that was counted; throws where that is not possible. */
    async flush(): Promise<void> {
      while (inFlight || waiting.length > 0) {
        // One that fails is tried again, and then it is known whether it is possible.
        await (inFlight?.catch(() => {}) ?? writeFirst(keysPerStatement.max))
      }
    },
  }
}
