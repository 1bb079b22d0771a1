import { expect, test } from 'vitest'
import { progressBar } from './progress.js'

test('progressBar keeps its length and stays between nothing and all', () => {
  expect(progressBar(0)).toBe('░░░░░░░░░░░░░░░░░░░░ 0 %')
  expect(progressBar(0.499)).toBe('█████████░░░░░░░░░░░ 49 %')
  expect(progressBar(1.2)).toBe('████████████████████ 100 %')
  expect(progressBar(-1)).toBe(progressBar(0))
})
