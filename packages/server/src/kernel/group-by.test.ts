import { expect, test } from 'vitest'
import { groupBy, inOrderOf } from './group-by.js'

test('groupBy keeps the order of the items, and of the keys by their first', () => {
  expect([...groupBy([3, 1, 4, 2], (n) => n % 2)]).toEqual([
    [1, [3, 1]],
    [0, [4, 2]],
  ])
})

test('inOrderOf gives what there is of each name, as often as it is named', () => {
  const items = [{ id: 'b' }, { id: 'a' }, { id: 'z' }]
  expect(inOrderOf(['a', 'c', 'b', 'a'], items, ({ id }) => id)).toEqual([
    { id: 'a' },
    undefined,
    { id: 'b' },
    { id: 'a' },
  ])
})
