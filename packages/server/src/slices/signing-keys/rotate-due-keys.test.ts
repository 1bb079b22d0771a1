import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { appendEvent } from '#platform/db/append-event'
import { type Rotation, rotateDueKeys } from './rotate-due-keys.js'

const server = testServer()
const record: Rotation['record'] = (tx, data) =>
  appendEvent(tx, { type: 'signing_key.created', data, principal: 'system', requestId: null })

/** What the worker does every hour. */
function rotate() {
  const { anywhere, transaction } = server.database
  const failed = (_environmentId: string, error: unknown) => {
    throw error
  }
  return rotateDueKeys({ anywhere, transaction, seal: server.seal, record, failed })
}

test('rotateDueKeys replaces keys that are 30 days old, as their environments ask, and no others', async () => {
  const [old, rsa, untouched] = await Promise.all([
    server.environment(),
    server.environment({ settings: { signingAlgorithm: 'RS256' } }),
    server.environment(),
  ])
  await Promise.all([old.signedUp(), rsa.signedUp()])
  server.clock.advance({ days: 29, hours: 23 })
  const young = await server.environment()
  await young.signedUp()
  await rotate()
  expect((await old.sdk.signingKeys.list()).total).toBe(1)

  server.clock.advance({ hours: 2 })
  await rotate()
  const statuses = async ({ sdk }: typeof old) =>
    (await sdk.signingKeys.list()).items.map(({ status }) => status)
  expect(await statuses(old)).toEqual(['next', 'current'])
  expect(await statuses(rsa)).toEqual(['next', 'current'])
  expect((await rsa.sdk.signingKeys.list()).items.map(({ algorithm }) => algorithm)).toEqual([
    'RS256',
    'RS256',
  ])
  expect(await statuses(young)).toEqual(['current'])
  expect(await statuses(untouched)).toEqual([])

  const [event] = (await old.sdk.events.list({ type: 'signing_key.created' })).items
  const [next] = (await old.sdk.signingKeys.list()).items
  expect(event).toMatchObject({ actor: { type: 'system', id: null }, data: { signingKey: next } })
})

test('rotateDueKeys makes one key, however often and wherever it runs at the same time', async () => {
  const { sdk, signedUp } = await server.environment()
  await signedUp()
  server.clock.advance({ days: 31 })
  await Promise.all(Array.from({ length: 5 }, rotate))
  await rotate()
  expect((await sdk.signingKeys.list()).items.map(({ status }) => status)).toEqual(['next', 'current'])
  server.clock.advance({ hours: 2 })
  await rotate()
  expect((await sdk.signingKeys.list()).items.map(({ status }) => status)).toEqual(['current', 'retired'])
})

test('rotateDueKeys leaves a rotation in progress alone', async () => {
  const { sdk, signedUp } = await server.environment()
  await signedUp()
  server.clock.advance({ days: 31 })
  const next = await sdk.signingKeys.rotate()
  await rotate()
  expect((await sdk.signingKeys.list()).items[0]).toEqual(next)
  expect((await sdk.signingKeys.list()).total).toBe(2)
})

test('rotateDueKeys passes over a project that was deleted', async () => {
  const { id, projectId, signedUp } = await server.environment()
  await signedUp()
  server.clock.advance({ days: 31 })
  await server.owner.query('update projects set deleted_at = now() where id = $1', [projectId])
  await rotate()
  const { rowCount } = await server.owner.query('select from signing_keys where environment_id = $1', [id])
  expect(rowCount).toBe(1)
})

test('rotateDueKeys names an environment that it could not serve, and serves the others', async () => {
  const environments = await Promise.all([server.environment(), server.environment(), server.environment()])
  for (const { signedUp } of environments) await signedUp()
  const [, broken] = environments
  server.clock.advance({ days: 31 })
  const { anywhere, transaction } = server.database
  const told: unknown[] = []
  await rotateDueKeys({
    anywhere,
    seal: server.seal,
    transaction: (id, work) =>
      id === broken?.id ? Promise.reject(new Error('broken')) : transaction(id, work),
    record,
    failed: (id, error) => told.push([id, (error as Error).message]),
  })
  expect(told).toEqual([[broken?.id, 'broken']])
  const keys = await Promise.all(environments.map(async ({ sdk }) => (await sdk.signingKeys.list()).total))
  expect(keys).toEqual([2, 1, 2])
})
