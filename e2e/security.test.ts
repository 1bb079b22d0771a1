import { expect, test } from 'vitest'
import { forgeAddresses } from './security/forge-addresses.js'
import { guessCodes } from './security/guess-codes.js'
import { hostilePasswords } from './security/hostile-passwords.js'
import type { Measurement } from './security/measurement.js'
import { poisonLinks } from './security/poison-links.js'
import { kolmogorovSmirnov, median } from './security/statistics.js'
import { tellAccountsApart } from './security/tell-accounts-apart.js'

/** Those that no other test tries in full. */
const measurements = [tellAccountsApart, forgeAddresses, guessCodes, poisonLinks, hostilePasswords]

/** A little of each; `npm run security` measures times, too. */
test.each(measurements.map((measurement): [string, Measurement] => [measurement.what, measurement]))(
  '%s',
  { timeout: 120_000 },
  async (_what, measurement) => {
    const { mustBeZero } = await measurement.run({ share: 0.01, done: () => {} })
    expect(mustBeZero).toEqual(Object.fromEntries(Object.keys(mustBeZero).map((name) => [name, 0])))
  },
)

test('kolmogorovSmirnov takes samples of one distribution for alike, and others not', () => {
  const evenly = Array.from({ length: 1_000 }, (_, i) => i)
  const shifted = (by: number) => evenly.map((figure) => figure + by)
  expect(kolmogorovSmirnov(evenly, evenly)).toBe(1)
  expect(kolmogorovSmirnov(evenly, shifted(20))).toBeGreaterThan(0.9)
  // A distance of 0.0607 is the critical value of two thousand at a level of 5 %.
  expect(kolmogorovSmirnov(evenly, shifted(60))).toBeGreaterThan(0.05)
  expect(kolmogorovSmirnov(evenly, shifted(62))).toBeLessThan(0.05)
  expect(kolmogorovSmirnov(evenly, shifted(200))).toBeLessThan(1e-6)
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5])
})
