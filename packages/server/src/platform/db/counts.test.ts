import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { query } from './build.js'

const server = testServer()

function addUser(tx: Transaction) {
  return tx.run(query`insert into users (environment_id, id) values (${tx.environmentId}, ${newId()})`)
}

test('counting never waits for another writer, and both are in the total', async () => {
  const { id, sdk } = await server.environment()
  await sdk.users.create({})
  await server.database.transaction(id, async (first) => {
    await addUser(first)
    // The first one holds the only row of the total; the second finishes while it still does.
    await server.database.transaction(id, addUser)
    const { rows } = await server.owner.query(
      "select n::int from counts where environment_id = $1 and noun = 'users' order by n",
      [id],
    )
    expect(rows).toEqual([{ n: 1 }, { n: 1 }])
  })
  expect((await sdk.users.list()).total).toBe(3)
})

test('what is rolled back is not counted', async () => {
  const { id, sdk } = await server.environment()
  const undone = server.database.transaction(id, async (tx) => {
    await addUser(tx)
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect((await sdk.users.list()).total).toBe(0)
})

test('shards are used again, so that the total stays as cheap as there are writers at once', async () => {
  const { id, sdk } = await server.environment()
  for (let i = 0; i < 30; i++) await sdk.users.create({})
  const { rows } = await server.owner.query(
    "select count(*)::int as shards from counts where environment_id = $1 and noun = 'users'",
    [id],
  )
  expect(rows).toEqual([{ shards: 1 }])
  expect((await sdk.users.list()).total).toBe(30)
})
