/** Which key a request is about: any of them alike, or a few much more often than the others. */
export type KeyChoice = 'uniform' | 'zipf'

// The exponent with which YCSB and the measurements behind our design skew their choice.
const zipfExponent = 0.99

// A prime that divides no number of keys: its multiples visit every index, neighbours far apart.
const scatterStep = 611_953

/**
 * The keys of `drawCount` requests, drawn before the load so that the draw costs nothing during it. By Zipf's law the
 * key of rank r comes in proportion to 1 / r^0.99; ranks are scattered over the indexes, so that popular keys are no
 * neighbours in a table. `random` answers numbers from 0 up to 1.
 */
export function drawKeys(
  choice: KeyChoice,
  keyCount: number,
  drawCount: number,
  random: () => number,
): Uint32Array {
  const draws = new Uint32Array(drawCount)
  if (choice === 'uniform') return draws.map(() => Math.floor(random() * keyCount))
  const weights = cumulativeWeights(keyCount)
  const total = weights[keyCount - 1] ?? 0
  return draws.map(() => (firstAbove(weights, random() * total) * scatterStep) % keyCount)
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function cumulativeWeights(keyCount: number): Float64Array {
  let sum = 0
  return new Float64Array(keyCount).map((_, rank) => {
    sum += 1 / (rank + 1) ** zipfExponent
    return sum
  })
}

function firstAbove(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
