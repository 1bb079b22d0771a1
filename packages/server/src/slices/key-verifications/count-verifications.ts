import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { KeyCounts } from './store.js'

/** How often what was counted is written, so that verifications of one key are written together. */
const writeEveryMs = 100
/** The most keys that one statement counts, because what it locks waits until it ends. */
const keysPerStatement = 250
/** For how long a tally with nothing to write is kept at least: longer than any verification takes. */
const restMs = 20_000

/** What this node has counted of one key. */
interface Tally {
  readonly environmentId: string
  readonly id: string
  /** How often it was found valid since that was last written, or sent to be. */
  unwritten: number
  /** How often it was found valid in all, as far as this node knows. */
  total: number
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
  /** Those with something to write, each of them once. */
  let waiting: Tally[] = []
  let writing: Promise<void> | undefined
  let isKeeping = false

  function tallyOf(environmentId: string, id: string, total: number): Tally {
    const known = current.get(id)
    if (known) return known
    const tally = former.get(id) ?? {
      environmentId,
      id,
      unwritten: 0,
      total,
      verifiedAtMs: 0,
      verifiedIp: null,
    }
    current.set(id, tally)
    return tally
  }

  function add(tally: Tally, times: number): void {
    if (tally.unwritten === 0) waiting.push(tally)
    tally.unwritten += times
    if (!isKeeping) void keepWriting()
  }

  /** Writes again and again, for as long as there is anything to remember. */
  async function keepWriting(): Promise<void> {
    isKeeping = true
    let pause = sleep(writeEveryMs, undefined, { ref: false })
    while (current.size > 0 || former.size > 0) {
      await pause
      pause = sleep(writeEveryMs, undefined, { ref: false })
      // What does not succeed waits again, and the next turn tries it.
      await write().catch(() => {})
    }
    isKeeping = false
  }

  /** Writes what waits now; only one such is under way. */
  function write(): Promise<void> {
    writing ??= writeChunks().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeChunks(): Promise<void> {
    const taken = waiting
    waiting = []
    let written = 0
    try {
      for (; written < taken.length; written += keysPerStatement)
        await writeChunk(taken.slice(written, written + keysPerStatement))
    } catch (error) {
      waiting = [...taken.slice(written + keysPerStatement), ...waiting]
      throw error
    }
    forgetRested()
  }

  async function writeChunk(chunk: readonly Tally[]): Promise<void> {
    const counts: KeyCounts = { environmentIds: [], ids: [], times: [], verifiedAt: [], verifiedIps: [] }
    for (const tally of chunk) {
      counts.environmentIds.push(tally.environmentId)
      counts.ids.push(tally.id)
      counts.times.push(tally.unwritten)
      counts.verifiedAt.push(isoTime(tally.verifiedAtMs))
      counts.verifiedIps.push(tally.verifiedIp)
      tally.unwritten = 0
    }
    try {
      await writeCounts(counts)
    } catch (error) {
      for (const [i, tally] of chunk.entries()) add(tally, counts.times[i] as number)
      throw error
    }
  }

  /**
   * Forgets what has rested for long enough: together, which is cheaper than to watch each. Right after everything
   * that waited was written, so none of it has anything to write.
   */
  function forgetRested(): void {
    const nowMs = performance.now()
    if (nowMs - currentSinceMs < restMs) return
    former = current
    current = new Map()
    currentSinceMs = nowMs
  }

  return {
    /**
     * Counts a verification of a key of which the database had so many when it was found; answers how many there have
     * been, this one included.
     */
    count(environmentId: string, id: string, found: number, ipAddress: string | null): number {
      const tally = tallyOf(environmentId, id, found)
      // What is unwritten is surely not among those that were found; of what is on its way nobody knows.
      tally.total = Math.max(tally.total, found + tally.unwritten) + 1
      tally.verifiedAtMs = clock.now()
      tally.verifiedIp = ipAddress
      add(tally, 1)
      return tally.total
    },
    /** Writes down everything that was counted; throws where that is not possible. */
    async flush(): Promise<void> {
      while (writing || waiting.length > 0) {
        // One that fails is tried again, and then it is known whether it is possible.
        await (writing?.catch(() => {}) ?? write())
      }
    },
  }
}
