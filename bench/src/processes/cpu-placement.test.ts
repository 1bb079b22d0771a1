import { expect, test } from 'vitest'
import { parseCpuList, pinned } from './cpu-placement.js'

test('parseCpuList expands ranges and takes single CPUs', () => {
  expect(parseCpuList('0-2,5')).toEqual([0, 1, 2, 5])
  expect(parseCpuList('3')).toEqual([3])
  expect(parseCpuList('')).toEqual([])
})

test('pinned leaves a command alone without a CPU', () => {
  expect(pinned(['node', 'x.js'], null)).toEqual(['node', 'x.js'])
  expect(pinned(['node', 'x.js'], 1)).toEqual(['taskset', '-c', '1', 'node', 'x.js'])
})
