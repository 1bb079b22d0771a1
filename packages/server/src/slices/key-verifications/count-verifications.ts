import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#kernel/clock'
import { idWords } from '#kernel/ids'
import { inStatements, type KeyCounts, noCounts, type PartCounts, sizeOf, together } from './key-counts.js'
import { TallyTable } from './tally-table.js'

/** The parts that are folded into the rows one by one: by the last byte of the id of a key, as the database has it. */
const partCount = 256
/**
 * The parts are written in so many lanes, one after the other: each key still is several times a second, and no write
 * is so large that look-ups, which it shares the database with, would have to wait for it.
 */
const laneCount = 8
/** The most keys of a lane whose rows are changed: of more, the counts are noted. */
const rowsPerLane = 40
/** The most keys that one statement names, because nobody else writes until it ends. */
const keysPerStatement = 2_500
/**
 * All lanes are written in an eighth of a second, which leaves as long for a fold that comes between before anything is
 * a quarter of a second old; and each part has its turn in two minutes.
 */
const usualPace: Pace = { writeEveryMs: 15, roundsPerTurn: 4 }

/** How often there is a write, and how often all lanes are written from the turn of one part to that of the next. */
export interface Pace {
  readonly writeEveryMs: number
  readonly roundsPerTurn: number
}

/** What this node knows of the counts of the keys of one part. */
interface Part {
  readonly number: number
  /** What its next write is to write, in which each key is named once, and the number of that write. */
  waiting: KeyCounts
  nextWrite: number
  /** Of those that were touched since its last turn. */
  current: TallyTable
  /** Of those of the turn before, of which the journal may have something until the next one. */
  former: TallyTable
  /** Whether this node has noted something of them since its last turn. */
  isNoted: boolean
}

/** Where counts go. */
export interface CountWriter {
  /** Adds to the rows of keys. */
  readonly count: (counts: KeyCounts) => Promise<unknown>
  /** Notes in the journal what is to be added. */
  readonly note: (parts: readonly PartCounts[]) => Promise<unknown>
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
export function createVerificationCounter(
  writer: CountWriter,
  clock: Clock,
  { writeEveryMs, roundsPerTurn }: Pace = usualPace,
) {
  // One more than some rounds: the next part is one of the lane that was written just before, so nothing of it waits.
  const writesPerTurn = roundsPerTurn * laneCount + 1
  const parts = Array.from(
    { length: partCount },
    (_, number): Part => ({
      number,
      waiting: noCounts(),
      nextWrite: 1,
      current: new TallyTable(),
      former: new TallyTable(),
      isNoted: false,
    }),
  )
  const lanes = Array.from({ length: laneCount }, (_, lane) =>
    parts.filter(({ number }) => number % laneCount === lane),
  )
  let writes = 0
  let writing: Promise<void> | undefined
  let isKeeping = false

  function partOf(key: Uint32Array): Part {
    return parts[(key[3] as number) % partCount] as Part
  }

  /** The row of a key in the current table of its part, where it is put if it is not there. */
  function rowOf({ current, former }: Part, key: Uint32Array): number {
    const known = current.find(key)
    if (known !== undefined) return known
    const row = current.add(key)
    const before = former.find(key)
    if (before !== undefined) {
      current.setTotal(row, former.totalOf(before))
      current.setPlace(row, former.writeOf(before), former.placeOf(before))
    }
    return row
  }

  /** The place of a key in what the next write is to write, where it is put if it is not there. */
  function placeOf(
    { current, waiting, nextWrite }: Part,
    row: number,
    environmentId: string,
    id: string,
  ): number {
    if (current.writeOf(row) === nextWrite) return current.placeOf(row)
    const place = waiting.ids.length
    current.setPlace(row, nextWrite, place)
    waiting.environmentIds.push(environmentId)
    waiting.ids.push(id)
    waiting.times.push(0)
    waiting.verifiedAt.push(Number.NEGATIVE_INFINITY)
    waiting.verifiedIps.push(null)
    return place
  }

  /** Has what could not be written wait, with what was counted since. */
  function waitAgain({ part: number, counts }: PartCounts): void {
    const { environmentIds, ids, times, verifiedAt, verifiedIps } = counts
    const part = parts[number] as Part
    const { waiting } = part
    for (const [i, id] of ids.entries()) {
      const place = placeOf(part, rowOf(part, idWords(id)), environmentIds[i] as string, id)
      waiting.times[place] = (waiting.times[place] as number) + (times[i] as number)
      if ((verifiedAt[i] as number) > (waiting.verifiedAt[place] as number)) {
        waiting.verifiedAt[place] = verifiedAt[i] as number
        waiting.verifiedIps[place] = verifiedIps[i] as string | null
      }
    }
  }

  /** Writes again and again, for as long as there is anything to remember. */
  async function keepWriting(): Promise<void> {
    isKeeping = true
    let tookMs = 0
    while (parts.some(({ current, former }) => current.size > 0 || former.size > 0)) {
      await sleep(Math.max(0, writeEveryMs - tookMs), undefined, { ref: false })
      const startedAt = performance.now()
      // What does not succeed waits again, and the next write of its lane tries it.
      await write(writeNextLane).catch(() => {})
      tookMs = performance.now() - startedAt
    }
    isKeeping = false
  }

  /** Only one write is under way. */
  function write(some: () => Promise<void>): Promise<void> {
    writing ??= some().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeNextLane(): Promise<void> {
    await writeLanes([lanes[writes++ % laneCount] as readonly Part[]])
    if (writes % writesPerTurn === 0) await takeTurn(parts[(writes / writesPerTurn - 1) % partCount] as Part)
  }

  async function writeLanes(some: readonly (readonly Part[])[]): Promise<void> {
    const taken = some.flat().map(take)
    const isMany = sizeOf(taken) > rowsPerLane * some.length
    const statements = inStatements(taken, keysPerStatement)
    for (const [i, ofParts] of statements.entries()) {
      try {
        await (isMany ? note(ofParts) : writer.count(together(ofParts)))
      } catch (error) {
        for (const unwritten of statements.slice(i).flat()) waitAgain(unwritten)
        throw error
      }
    }
  }

  function take(part: Part): PartCounts {
    const { number, waiting } = part
    part.waiting = noCounts()
    part.nextWrite++
    return { part: number, counts: waiting }
  }

  function note(ofParts: readonly PartCounts[]): Promise<unknown> {
    for (const { part } of ofParts) (parts[part] as Part).isNoted = true
    return writer.note(ofParts)
  }

  /**
   * The turn of one part: what was noted of it goes to the rows. What nobody has touched since the turn before is
   * forgotten: all that was noted of it is in the rows, and whoever looked them up before that has long been answered.
   */
  async function takeTurn(part: Part): Promise<void> {
    if (part.isNoted) await writer.fold(part.number)
    part.isNoted = false
    part.former = part.current
    part.current = new TallyTable(part.current.size)
  }

  return {
    /**
     * Counts a verification of a key of which the database had so many when it was found; answers how many there have
     * been, this one included.
     */
    count(environmentId: string, id: string, found: number, ipAddress: string | null): number {
      const key = idWords(id)
      const part = partOf(key)
      const row = rowOf(part, key)
      const place = placeOf(part, row, environmentId, id)
      const { current, waiting } = part
      const unwritten = waiting.times[place] as number
      // What is unwritten is surely not among those that were found; of what was written nobody knows.
      const total = Math.max(current.totalOf(row), found + unwritten) + 1
      current.setTotal(row, total)
      waiting.times[place] = unwritten + 1
      waiting.verifiedAt[place] = clock.now()
      waiting.verifiedIps[place] = ipAddress
      if (!isKeeping) void keepWriting()
      return total
    },
    /** Writes down everything that was counted, or notes it; throws where that is not possible. */
    async flush(): Promise<void> {
      while (writing || parts.some(({ waiting }) => waiting.ids.length > 0)) {
        // One that fails is tried again, and then it is known whether it is possible.
        await (writing?.catch(() => {}) ?? write(() => writeLanes(lanes)))
      }
    },
  }
}
