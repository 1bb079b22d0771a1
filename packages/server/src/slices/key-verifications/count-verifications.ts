import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { KeyCount } from './store.js'

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
  /** How much of it is on its way there. */
  beingWritten: number
  /** How often the key was found valid, as far as this node knows. */
  total: number
  dirtySinceMs: number
  restingSinceMs: number
  verifiedAtMs: number
  verifiedIp: string | null
  /** Verifications that are under way; as long as there are any, the tally goes on. */
  sightings: number
}

/** For how long a tally with nothing to do is kept: longer than a look-up that began before its last write may take. */
const restMs = 20_000

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
  /** Those with nothing to do, longest first. */
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
      sightings: 0,
    }
    tallies.set(id, tally)
    return tally
  }

  function restIfDone(tally: Tally): void {
    if (tally.sightings > 0 || tally.written < tally.counted) return
    tally.restingSinceMs = performance.now()
    resting.add(tally)
    timer ??= setInterval(work, flushEveryMs).unref()
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
          else restIfDone(tally)
        }
      })
    inFlight.add(writing)
    return writing
  }

  return {
    /** To be called when a key is found, with how many verifications the database had of it then. */
    see(environmentId: string, id: string, verificationCount: number): Sighting {
      const tally = tallyOf(environmentId, id, verificationCount)
      const { counted, written, beingWritten } = tally
      // What is surely not among those that were found; of what is on its way nobody knows.
      tally.total = Math.max(tally.total, verificationCount + counted - written - beingWritten)
      tally.sightings++
      resting.delete(tally)
      return {
        count(ipAddress) {
          tally.counted++
          tally.total++
          tally.verifiedAtMs = clock.now()
          tally.verifiedIp = ipAddress
          gather(tally)
          return tally.total
        },
        end() {
          tally.sightings--
          restIfDone(tally)
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
