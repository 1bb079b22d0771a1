import { expect, test } from 'vitest'
import { lastPasswordIndex, passwordIndexes, seedEmail } from './seed-user.js'

test('passwordIndexes leaves out user 0 and never names a user that is not there', () => {
  expect(passwordIndexes(4)).toEqual([1, 2, 3])
  expect(passwordIndexes(1_000_000)).toHaveLength(lastPasswordIndex)
  expect(passwordIndexes(1_000_000).at(-1)).toBe(lastPasswordIndex)
})

test('seedEmail sorts as its index does, up to the largest seed', () => {
  const emails = [0, 9, 10, 99_999, 100_000, 999_999].map(seedEmail)
  expect([...emails].sort()).toEqual(emails)
})
