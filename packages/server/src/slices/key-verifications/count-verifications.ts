import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

/** How long a verification may wait to be written down, so that those of one key are written together. */
const gatheringMs = 150
/** How often those that have waited for long enough are written, so that the work is spread. */
const flushEveryMs = 25
/** How many keys one statement counts: what is verified meanwhile waits behind it. */
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
  isBeingWritten: boolean
  dirtySinceMs: number
  verifiedAtMs: number
  verifiedIp: string | null
  /** Verifications that are under way; as long as there are any, the tally goes on. */
  sightings: number
}

/** One look at a key, between its being found and its verification being over. */
export interface Sighting {
  /** Counts the verification; answers how many there have been of the key, this one included. */
  count(ipAddress: string | null): number
  /** Must be called, counted or not. */
  end(): void
}

/**
 * Counts verifications: added up in memory, and written in small chunks within a quarter of a second, and at the end
 * of the process. A write for every verification would halve how many there can be; a crash loses the last quarter of
 * a second, and nothing else.
 *
 * What a caller is shown is exact on one node: the look-ups and the writes share a connection, so what was written
 * before a look-up is in what it found, and what was written after it is not. Of verifications on other nodes, the
 * last quarter of a second is missing.
 */
export function createVerificationCounter(anywhere: Queries, clock: Clock) {
  const tallies = new Map<string, Tally>()
  /** Those with something to write, longest first. */
  const dirty = new Set<Tally>()
  const inFlight = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined

  function tallyOf(environmentId: string, id: string): Tally {
    const known = tallies.get(id)
    if (known) return known
    const tally: Tally = {
      environmentId,
      id,
      counted: 0,
      written: 0,
      isBeingWritten: false,
      dirtySinceMs: 0,
      verifiedAtMs: 0,
      verifiedIp: null,
      sightings: 0,
    }
    tallies.set(id, tally)
    return tally
  }

  function forgetIfDone(tally: Tally): void {
    if (tally.sightings === 0 && tally.written === tally.counted) tallies.delete(tally.id)
  }

  function gather(tally: Tally): void {
    if (tally.isBeingWritten || dirty.has(tally)) return
    tally.dirtySinceMs = performance.now()
    dirty.add(tally)
    timer ??= setInterval(writeDue, flushEveryMs).unref()
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
    if (dirty.size === 0 && inFlight.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  function write(chunk: readonly Tally[]): Promise<void> {
    const amounts = chunk.map(({ counted, written }) => counted - written)
    for (const tally of chunk) {
      dirty.delete(tally)
      tally.isBeingWritten = true
    }
    const writing = store
      .countKeys(
        anywhere,
        chunk.map(({ environmentId, id, verifiedAtMs, verifiedIp }, i) => ({
          environmentId,
          id,
          times: amounts[i] as number,
          verifiedAt: isoTime(verifiedAtMs),
          verifiedIp,
        })),
      )
      .then(() => {
        for (const [i, tally] of chunk.entries()) tally.written += amounts[i] as number
      })
      .finally(() => {
        inFlight.delete(writing)
        for (const tally of chunk) {
          tally.isBeingWritten = false
          if (tally.counted > tally.written) gather(tally)
          else forgetIfDone(tally)
        }
      })
    inFlight.add(writing)
    return writing
  }

  return {
    /** To be called as soon as a key is found, with how many verifications the database had of it then. */
    see(environmentId: string, id: string, verificationCount: number): Sighting {
      const tally = tallyOf(environmentId, id)
      tally.sightings++
      const before = verificationCount - tally.written
      return {
        count(ipAddress) {
          tally.counted++
          tally.verifiedAtMs = clock.now()
          tally.verifiedIp = ipAddress
          gather(tally)
          return before + tally.counted
        },
        end() {
          tally.sightings--
          forgetIfDone(tally)
        },
      }
    },
    /** Writes down everything that was counted; throws where that is not possible. */
    async flush(): Promise<void> {
      await Promise.allSettled(inFlight)
      while (dirty.size > 0) await write([...dirty].slice(0, keysMax))
    },
  }
}
