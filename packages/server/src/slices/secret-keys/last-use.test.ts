import { createTestDatabase, startTestServer, testServer } from '@claviger/server/testing'
import pg from 'pg'
import { expect, test } from 'vitest'
import { isoTime } from '#kernel/clock'
import { newId } from '#kernel/ids'
import type { Queries } from '#kernel/queries'
import { createLastUse } from './last-use.js'

const server = testServer()

/** A key of a new environment, and how to see when it was last used. */
async function makeKey() {
  const environment = await server.environment()
  const { secretKey } = await environment.operator.secretKeys.create({ name: 'Backend' })
  return {
    environmentId: environment.id,
    id: secretKey.id,
    async lastUsedAt() {
      return (await environment.operator.secretKeys.get(secretKey.id)).lastUsedAt
    },
    async usesSinceDeprecation() {
      return (await environment.operator.secretKeys.get(secretKey.id)).usesSinceDeprecation
    },
  }
}

/** What a node remembers, under a clock that stands where a test sets it. */
function rememberAt(nowMs: number) {
  let statements = 0
  let isAway = false
  const { anywhere } = server.database
  const counting: Queries = {
    ...anywhere,
    async run(statement) {
      statements++
      if (isAway) {
        isAway = false
        throw new Error('The database is away.')
      }
      return anywhere.run(statement)
    },
  }
  const clock = { nowMs, now: () => clock.nowMs }
  const failOnce = () => {
    isAway = true
  }
  return { clock, lastUse: createLastUse(counting, clock), statementCount: () => statements, failOnce }
}

const noon = Date.parse('2026-11-22T12:00:00.000Z')

test('createLastUse writes down the last use of keys of all environments in one statement', async () => {
  const [one, two, unused] = [await makeKey(), await makeKey(), await makeKey()]
  const { clock, lastUse, statementCount } = rememberAt(noon)
  lastUse.touch(one.environmentId, one.id, false)
  lastUse.touch(two.environmentId, two.id, false)
  clock.nowMs = noon + 1_500
  lastUse.touch(one.environmentId, one.id, false)
  expect(await one.lastUsedAt()).toBeNull()

  await lastUse.flush()

  expect(statementCount()).toBe(1)
  expect(await one.lastUsedAt()).toBe(isoTime(noon + 1_500))
  expect(await two.lastUsedAt()).toBe(isoTime(noon))
  expect(await unused.lastUsedAt()).toBeNull()
})

test('createLastUse writes nothing when nothing was used since', async () => {
  const key = await makeKey()
  const { lastUse, statementCount } = rememberAt(noon)
  await lastUse.flush()
  expect(statementCount()).toBe(0)
  lastUse.touch(key.environmentId, key.id, false)
  await Promise.all([lastUse.flush(), lastUse.flush()])
  expect(statementCount()).toBe(1)
})

test('createLastUse never moves a key back, whichever node writes last', async () => {
  const key = await makeKey()
  const [ahead, behind] = [rememberAt(noon + 60_000), rememberAt(noon)]
  for (const { lastUse } of [ahead, behind]) {
    lastUse.touch(key.environmentId, key.id, false)
    await lastUse.flush()
  }
  expect(await key.lastUsedAt()).toBe(isoTime(noon + 60_000))
})

test('createLastUse touches no key under the name of another environment', async () => {
  const [key, other] = [await makeKey(), await makeKey()]
  const { lastUse } = rememberAt(noon)
  lastUse.touch(other.environmentId, key.id, false)
  lastUse.touch(newId(), newId(), false)
  await lastUse.flush()
  expect(await key.lastUsedAt()).toBeNull()
  expect(await other.lastUsedAt()).toBeNull()
})

test('createLastUse counts every use of a deprecated key, on all nodes together', async () => {
  const key = await makeKey()
  const [one, two] = [rememberAt(noon), rememberAt(noon)]
  for (const { lastUse } of [one, two, one]) {
    for (let i = 0; i < 5; i++) lastUse.touch(key.environmentId, key.id, true)
    lastUse.touch(key.environmentId, key.id, false)
    await lastUse.flush()
  }
  expect(await key.usesSinceDeprecation()).toBe(15)
})

test('createLastUse keeps what it could not write down for the next time', async () => {
  const key = await makeKey()
  const { lastUse, failOnce, clock } = rememberAt(noon)
  lastUse.touch(key.environmentId, key.id, true)
  failOnce()
  await expect(lastUse.flush()).rejects.toThrow('The database is away.')
  clock.nowMs = noon - 1
  lastUse.touch(key.environmentId, key.id, true)
  await lastUse.flush()
  expect(await key.usesSinceDeprecation()).toBe(2)
  expect(await key.lastUsedAt()).toBe(isoTime(noon))
})

test('a node that stops writes down the last use of each key that it accepted, and late uses by number', async () => {
  const testDatabase = await createTestDatabase()
  const node = await startTestServer(testDatabase)
  const environment = await node.server.environment()
  const [used, refused, late] = await Promise.all(
    ['Used', 'Refused', 'Late'].map((name) => environment.operator.secretKeys.create({ name })),
  )
  const list = (secret = '') =>
    fetch(`${node.server.url}/v1/admin/users`, { headers: { authorization: `Bearer ${secret}` } })
  await environment.operator.secretKeys.revoke(refused?.secretKey.id ?? '')
  expect((await list(late?.secret)).status).toBe(200)
  await environment.operator.secretKeys.deprecate(late?.secretKey.id ?? '')
  const earliest = node.server.clock.now()
  for (let i = 0; i < 3; i++) expect((await list(late?.secret)).status).toBe(200)
  expect((await list(used?.secret)).status).toBe(200)
  expect((await list(refused?.secret)).status).toBe(401)
  await node.stop()

  const client = new pg.Client({ connectionString: testDatabase.url, options: '-c search_path=claviger' })
  await client.connect()
  const { rows } = await client.query<{ name: string; last_used_at: Date | null; uses: string }>(
    `select name, last_used_at, uses_since_deprecation as uses from secret_keys
     where name in ('Used', 'Refused', 'Late')`,
  )
  await client.end()
  await testDatabase.drop()
  const usedAt = new Map(rows.map(({ name, last_used_at }) => [name, last_used_at]))
  expect(usedAt.get('Used')?.getTime()).toBeGreaterThanOrEqual(earliest)
  expect(usedAt.get('Refused')).toBeNull()
  const uses = new Map(rows.map((row) => [row.name, Number(row.uses)]))
  expect(Object.fromEntries(uses)).toEqual({ Used: 0, Refused: 0, Late: 3 })
})
