import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#kernel/clock'
import { isoTime } from '#kernel/clock'
import type { KeyCounts } from './store.js'

/** How often what was counted is written, so that verifications of one key are written together. */
const writeEveryMs = 100
/** The most keys whose rows one write changes: of more, the counts are noted. */
const rowsPerWrite = 250
/** The most keys that one statement names, because nobody else writes until it ends. */
const keysPerStatement = 2_500
/** The parts that are folded into the rows one by one: by the last byte of the id of a key, as the database has it. */
const partCount = 256
/** How many writes there are for the turn of one part, so that each has its turn once in about two minutes. */
const writesPerTurn = 5

/** What this node has counted of one key. */
interface Tally {
  readonly environmentId: string
  readonly id: string
  readonly part: Part
  /** The tallies of its part that it is among. */
  keptIn: Map<string, Tally> | undefined
  /** How often it was found valid since that was last written, or sent to be. */
  unwritten: number
  /** How often it was found valid in all, as far as this node knows. */
  total: number
  verifiedAtMs: number
  verifiedIp: string | null
}

/** Tallies of the keys of one part. */
interface Part {
  /** Those that were touched since its last turn, among them all of which the journal may have something. */
  current: Map<string, Tally>
  /** Those of before, kept for longer than any verification takes. */
  former: Map<string, Tally>
  /** Whether this node has noted something of them since its last turn. */
  isNoted: boolean
}

/** Where counts go. */
export interface CountWriter {
  /** Adds to the rows of keys. */
  readonly count: (counts: KeyCounts) => Promise<unknown>
  /** Notes in the journal what is to be added. */
  readonly note: (counts: KeyCounts) => Promise<unknown>
  /** Adds what the journal has of one part of the keys. */
  readonly fold: (part: number) => Promise<unknown>
}

/**
 * Counts verifications: added up in memory, and written within a quarter of a second, and at the end of the process. A
 * write for every verification would halve how many there can be; a crash loses the last quarter of a second, and
 * nothing else.
 *
 * Where few keys wait, their rows are changed. Where there are many, that would cost as much as half of everything else
 * that PostgreSQL does for a verification: they are noted in the journal, and go to the rows part by part, by when a
 * row has several to take (ADR 27). What is noted when the process ends is folded by whoever starts next.
 *
 * What a caller is shown is exact on one node: it is what the node has counted itself, on top of what the database had
 * when it first looked, and more where the database has more than that can explain. Of verifications on other nodes,
 * what is not in the rows yet is missing.
 */
export function createVerificationCounter(writer: CountWriter, clock: Clock, everyMs = writeEveryMs) {
  const parts = Array.from(
    { length: partCount },
    (): Part => ({ current: new Map(), former: new Map(), isNoted: false }),
  )
  /** Tallies with something to write, each of them once. */
  let waiting: Tally[] = []
  let writing: Promise<void> | undefined
  let writes = 0
  let isKeeping = false

  function partOf(id: string): Part {
    return parts[Number.parseInt(id.slice(-2), 16)] as Part
  }

  function tallyOf(environmentId: string, id: string, total: number): Tally {
    const part = partOf(id)
    const known = part.current.get(id)
    if (known) return known
    const tally = part.former.get(id) ?? {
      environmentId,
      id,
      part,
      keptIn: undefined,
      unwritten: 0,
      total,
      verifiedAtMs: 0,
      verifiedIp: null,
    }
    keep(tally)
    return tally
  }

  /** Remembers a tally at least until the next turn of its part. */
  function keep(tally: Tally): void {
    const { current } = tally.part
    if (tally.keptIn === current) return
    current.set(tally.id, tally)
    tally.keptIn = current
  }

  function add(tally: Tally, times: number): void {
    if (tally.unwritten === 0) waiting.push(tally)
    tally.unwritten += times
    if (!isKeeping) void keepWriting()
  }

  /** Writes again and again, for as long as there is anything to remember. */
  async function keepWriting(): Promise<void> {
    isKeeping = true
    while (parts.some(({ current, former }) => current.size > 0 || former.size > 0)) {
      await sleep(everyMs, undefined, { ref: false })
      // What does not succeed waits again, and the next turn tries it.
      await write().catch(() => {})
    }
    isKeeping = false
  }

  /** Writes what waits now; only one such is under way. */
  function write(): Promise<void> {
    writing ??= writeWaiting().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeWaiting(): Promise<void> {
    const taken = waiting
    waiting = []
    const isMany = taken.length > rowsPerWrite
    let written = 0
    try {
      for (; written < taken.length; written += keysPerStatement)
        await writeChunk(taken.slice(written, written + keysPerStatement), isMany)
    } catch (error) {
      waiting = [...taken.slice(written + keysPerStatement), ...waiting]
      throw error
    }
    writes++
    if (writes % writesPerTurn === 0) await takeTurn((writes / writesPerTurn) % partCount)
  }

  async function writeChunk(chunk: readonly Tally[], isMany: boolean): Promise<void> {
    const counts: KeyCounts = { environmentIds: [], ids: [], times: [], verifiedAt: [], verifiedIps: [] }
    for (const tally of chunk) {
      counts.environmentIds.push(tally.environmentId)
      counts.ids.push(tally.id)
      counts.times.push(tally.unwritten)
      counts.verifiedAt.push(isoTime(tally.verifiedAtMs))
      counts.verifiedIps.push(tally.verifiedIp)
      tally.unwritten = 0
      if (isMany) {
        tally.part.isNoted = true
        // Until it is in its row, only its tally tells what was counted.
        keep(tally)
      }
    }
    try {
      await (isMany ? writer.note(counts) : writer.count(counts))
    } catch (error) {
      for (const [i, tally] of chunk.entries()) add(tally, counts.times[i] as number)
      throw error
    }
  }

  /**
   * The turn of one part: what was noted of it goes to the rows, so its tallies may rest. Those that have rested since
   * a turn a quarter of the parts ago are forgotten.
   */
  async function takeTurn(number: number): Promise<void> {
    const part = parts[number] as Part
    if (part.isNoted) await writer.fold(number)
    part.isNoted = false
    part.former = part.current
    part.current = new Map()
    const rested = parts[(number + partCount - partCount / 4) % partCount] as Part
    rested.former = new Map()
  }

  return {
    /**
     * Counts a verification of a key of which the database had so many when it was found; answers how many there have
     * been, this one included.
     */
    count(environmentId: string, id: string, found: number, ipAddress: string | null): number {
      const tally = tallyOf(environmentId, id, found)
      // What is unwritten is surely not among those that were found; of what was written nobody knows.
      tally.total = Math.max(tally.total, found + tally.unwritten) + 1
      tally.verifiedAtMs = clock.now()
      tally.verifiedIp = ipAddress
      add(tally, 1)
      return tally.total
    },
    /** Writes down everything that was counted, or notes it; throws where that is not possible. */
    async flush(): Promise<void> {
      while (writing || waiting.length > 0) {
        // One that fails is tried again, and then it is known whether it is possible.
        await (writing?.catch(() => {}) ?? write())
      }
    },
  }
}
