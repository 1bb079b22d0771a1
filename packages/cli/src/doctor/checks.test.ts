import type { DatabaseState } from '@claviger/server/inspect'
import { expect, it } from 'vitest'
import { checkClock } from './check-clock.js'
import { checkDatabase } from './check-database.js'
import { checkNode } from './check-node.js'

it.each([
  ['18.20.8', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['22.0.0', true],
])('says of Node %s whether it will do: %s', (version, ok) => {
  expect(checkNode(version).ok).toBe(ok)
})

const state: DatabaseState = {
  version: '15.0',
  versionNumber: 150_000,
  isReplica: false,
  clockAheadMs: 0,
  migrations: new Map(),
  sealFingerprint: undefined,
}

it('refuses a database that is too old or a replica', () => {
  expect(checkDatabase(state).ok).toBe(true)
  expect(checkDatabase({ ...state, version: '14.9', versionNumber: 140_009 }).ok).toBe(false)
  expect(checkDatabase({ ...state, isReplica: true }).ok).toBe(false)
})

it('says by how much the clock is off, and to which side', () => {
  const now = Date.UTC(2027, 0)
  expect(checkClock(now, 400).ok).toBe(true)
  expect(checkClock(now, 61_000).message).toContain('61 s behind the clock of the database')
  expect(checkClock(now, -61_000).message).toContain('61 s ahead of the clock of the database')
})
