import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { KeyCount } from './store.js'

/** How long a verification may wait to be written down, so that those of one key are written together. */
const gatheringMs = 150
/** How often those that have waited for long enough are written, so that the work is spread. */
const flushEveryMs = 25
/** How many keys one statement counts. */
const keysMax = 200
/** Where the database is slower than this, keys gather for longer. */
const inFlightMax = 2

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
  dirtySinceMs: number
  restingSinceMs: number
  verifiedAtMs: number
  verifiedIp: string | null
}

/** For how long a tally with nothing to write is kept: longer than a verification that began before its last write. */
const restMs = 20_000

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
  writeCounts: (counts: readonly KeyCount[]) => Promise<unknown>,
  clock: Clock,
) {
  const tallies = new Map<string, Tally>()
  /** Those with something to write, longest first. */
  const dirty = new Set<Tally>()
  /** Those with nothing to write, longest first. */
  const resting = new Set<Tally>()
  const inFlight = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined

  function tallyOf(environmentId: string, id: string, total: number): Tally {
    const known = tallies.get(id)
    if (known) return known
    const tally: Tally = {
      environmentId,
      id,
      counted: 0,
      written: 0,
      beingWritten: 0,
      total,
      dirtySinceMs: 0,
      restingSinceMs: 0,
      verifiedAtMs: 0,
      verifiedIp: null,
    }
    tallies.set(id, tally)
    return tally
  }

  function rest(tally: Tally): void {
    tally.restingSinceMs = performance.now()
    resting.add(tally)
  }

  function gather(tally: Tally): void {
    if (tally.beingWritten > 0 || dirty.has(tally)) return
    tally.dirtySinceMs = performance.now()
    dirty.add(tally)
    timer ??= setInterval(work, flushEveryMs).unref()
  }

  function work(): void {
    writeDue()
    forgetRested()
    if (tallies.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  function forgetRested(): void {
    const forgetBeforeMs = performance.now() - restMs
    for (const tally of resting) {
      if (tally.restingSinceMs > forgetBeforeMs) break
      resting.delete(tally)
      tallies.delete(tally.id)
    }
  }

  function writeDue(): void {
    const dueBeforeMs = performance.now() - gatheringMs
    while (inFlight.size < inFlightMax) {
      const chunk: Tally[] = []
      for (const tally of dirty) {
        if (tally.dirtySinceMs > dueBeforeMs || chunk.length === keysMax) break
        chunk.push(tally)
      }
      if (chunk.length === 0) break
      // What does not succeed is dirty again, and the next turn tries it.
      void write(chunk).catch(() => {})
    }
  }

  function write(chunk: readonly Tally[]): Promise<void> {
    for (const tally of chunk) {
      dirty.delete(tally)
      tally.beingWritten = tally.counted - tally.written
    }
    const counts = chunk.map(({ environmentId, id, beingWritten, verifiedAtMs, verifiedIp }) => ({
      environmentId,
      id,
      times: beingWritten,
      verifiedAt: isoTime(verifiedAtMs),
      verifiedIp,
    }))
    const writing = writeCounts(counts)
      .then(() => {
        for (const tally of chunk) tally.written += tally.beingWritten
      })
      .finally(() => {
        inFlight.delete(writing)
        for (const tally of chunk) {
          tally.beingWritten = 0
          if (tally.counted > tally.written) gather(tally)
          else rest(tally)
        }
      })
    inFlight.add(writing)
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
      resting.delete(tally)
      gather(tally)
      return tally.total
    },
    /** Writes down everything that was counted; throws where that is not possible. */
    async flush(): Promise<void> {
      await Promise.allSettled(inFlight)
      while (dirty.size > 0) await write([...dirty].slice(0, keysMax))
    },
  }
}
