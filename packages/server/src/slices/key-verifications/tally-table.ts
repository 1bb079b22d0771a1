/** A row is 32 bytes, so that one line of a cache has all of it: the id, the total, the write and the place in it. */
const wordsPerRow = 8
const writeAt = 6
const placeAt = 7
const doublesPerRow = 4
const totalAt = 2
const capacityMin = 16

/**
 * What is known of the counts of many keys, by id: a hash table with open addressing in one piece of memory. Objects in
 * a `Map` lie in five or six places each, and a look-up waits for every one of them, as the garbage collector does
 * again and again: with those of 100,000 keys, what the server does for a verification besides HTTP took a twentieth
 * longer.
 */
export class TallyTable {
  private words: Uint32Array
  /** The same memory. */
  private doubles: Float64Array
  private capacity = capacityMin
  private count = 0

  /** With room for so many keys; there may be more. */
  constructor(expected = 0) {
    while (!this.holds(expected)) this.capacity *= 2
    this.words = new Uint32Array(this.capacity * wordsPerRow)
    this.doubles = new Float64Array(this.words.buffer)
  }

  get size(): number {
    return this.count
  }

  /** The row of a key, or undefined. */
  find(id: Uint32Array): number | undefined {
    const row = this.seek(id)
    return this.isFree(row) ? undefined : row
  }

  /** Makes a row for a key that has none; those of others may be elsewhere afterwards. */
  add(id: Uint32Array): number {
    this.count++
    if (!this.holds(this.count)) this.grow()
    const row = this.seek(id)
    this.words.set(id, row * wordsPerRow)
    return row
  }

  /** How often the key was found valid in all. */
  totalOf(row: number): number {
    return this.doubles[row * doublesPerRow + totalAt] as number
  }

  setTotal(row: number, total: number): void {
    this.doubles[row * doublesPerRow + totalAt] = total
  }

  /** The number of the write that the key was last to be written with; 0 if it never was. */
  writeOf(row: number): number {
    return this.words[row * wordsPerRow + writeAt] as number
  }

  /** Its place in that write. */
  placeOf(row: number): number {
    return this.words[row * wordsPerRow + placeAt] as number
  }

  setPlace(row: number, write: number, place: number): void {
    this.words[row * wordsPerRow + writeAt] = write
    this.words[row * wordsPerRow + placeAt] = place
  }

  /** The row of an id, or the free one that would be its. */
  private seek(id: Uint32Array): number {
    const { words } = this
    const mask = this.capacity - 1
    // All of the third word is random but its first two bits (RFC 9562 section 5.7).
    let row = (id[2] as number) & mask
    while (!this.isFree(row)) {
      if (isAt(words, row * wordsPerRow, id)) return row
      row = (row + 1) & mask
    }
    return row
  }

  /** The second word of an id has its version, and is never 0. */
  private isFree(row: number): boolean {
    return this.words[row * wordsPerRow + 1] === 0
  }

  /** Whether there is room for so many, and enough besides for few to be far from where they are looked for. */
  private holds(count: number): boolean {
    return 4 * count <= 3 * this.capacity
  }

  private grow(): void {
    const { words } = this
    this.capacity *= 2
    this.words = new Uint32Array(this.capacity * wordsPerRow)
    this.doubles = new Float64Array(this.words.buffer)
    for (let at = 0; at < words.length; at += wordsPerRow) {
      const row = words.subarray(at, at + wordsPerRow)
      if (row[1] !== 0) this.words.set(row, this.seek(row) * wordsPerRow)
    }
  }
}

function isAt(words: Uint32Array, at: number, id: Uint32Array): boolean {
  return words[at] === id[0] && words[at + 1] === id[1] && words[at + 2] === id[2] && words[at + 3] === id[3]
}
