import { expect, test } from 'vitest'
import { drawKeys, type KeyChoice, seededRandom } from './draw-keys.js'

const keyCount = 1_000
const drawCount = 200_000

/** How often each key was drawn, the most frequent first. */
function frequencies(choice: KeyChoice): readonly { key: number; share: number }[] {
  const counts = new Uint32Array(keyCount)
  for (const key of drawKeys(choice, keyCount, drawCount, seededRandom(1)))
    counts[key] = (counts[key] ?? 0) + 1
  return Array.from(counts, (count, key) => ({ key, share: count / drawCount })).sort(
    (first, second) => second.share - first.share,
  )
}

test('drawKeys by uniform choice draws every key about as often as any other', () => {
  const shares = frequencies('uniform').map(({ share }) => share * keyCount)
  expect(shares[0]).toBeLessThan(1.5)
  expect(shares.at(-1)).toBeGreaterThan(0.5)
})

test('drawKeys by Zipf draws the key of rank r in proportion to 1 / r^0.99, and its neighbour is not popular', () => {
  const ranked = frequencies('zipf')
  const [first, second, , , fifth] = ranked
  const share = (rank: number) => ranked[rank - 1]?.share ?? 0
  const total = Array.from({ length: keyCount }, (_, index) => (index + 1) ** -0.99).reduce((a, b) => a + b)
  expect(share(1)).toBeCloseTo(1 / total, 2)
  expect(share(1) / share(2)).toBeCloseTo(2 ** 0.99, 1)
  expect(share(10) / share(100)).toBeGreaterThan(7)
  expect(ranked.every(({ share }) => share > 0)).toBe(true)
  expect(Math.abs((first?.key ?? 0) - (second?.key ?? 0))).toBeGreaterThan(1)
  expect(Math.abs((first?.key ?? 0) - (fifth?.key ?? 0))).toBeGreaterThan(1)
})

test('drawKeys draws the same keys whenever it is given the same seed', () => {
  const draw = (seed: number) => [...drawKeys('zipf', keyCount, 100, seededRandom(seed))]
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})
