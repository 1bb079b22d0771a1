import { permissions } from '@claviger/contract'
import { expect, test } from 'vitest'
import type { Call } from '#kernel/call'
import { checkMaySeeDeleted } from './deleted-projects.js'

const callOf = (granted: readonly string[]) =>
  ({ principal: { kind: 'administrator', id: 'someone', permissions: granted } }) as unknown as Call

test('checkMaySeeDeleted lets only who could recover or purge a project see deleted ones', () => {
  const others = permissions.filter((permission) => permission !== 'projects:delete')
  for (const granted of [['*'], ['projects:delete']]) {
    expect(checkMaySeeDeleted(callOf(granted), { includeDeleted: true })).toBeUndefined()
  }
  expect(() => checkMaySeeDeleted(callOf(others), { includeDeleted: true })).toThrow('projects:delete')
  for (const query of [{}, { includeDeleted: false }]) {
    expect(checkMaySeeDeleted(callOf(others), query)).toBeUndefined()
  }
})
