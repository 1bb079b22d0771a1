import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('secretKeys.list shows the newest first, revoked ones too, with the exact total', async () => {
  const { operator } = await server.environment()
  const given = (await operator.secretKeys.list()).secretKeys
  const made = []
  for (const name of ['first', 'second', 'third']) {
    server.clock.advance({ seconds: 1 })
    made.unshift((await operator.secretKeys.create({ name })).secretKey)
  }
  const revoked = await operator.secretKeys.revoke(made[1]?.id ?? '')
  const page = await operator.secretKeys.list()
  expect(page.secretKeys).toEqual([made[0], revoked, made[2], ...given])
  expect(page).toMatchObject({ total: given.length + 3, limit: 50, offset: 0, nextCursor: null })
})

test('secretKeys.list cuts pages by limit and offset, and walks by cursor', async () => {
  const { operator } = await server.environment()
  await Promise.all(Array.from({ length: 7 }, (_, i) => operator.secretKeys.create({ name: `Key ${i}` })))
  const { secretKeys: all, total } = await operator.secretKeys.list()
  expect(all).toHaveLength(total)
  expect((await operator.secretKeys.list({ limit: 2, offset: 3 })).secretKeys).toEqual(all.slice(3, 5))
  expect(await operator.secretKeys.list({ limit: 2 }).toArray({ limitMax: 100 })).toEqual(all)
  await expect(operator.secretKeys.list({ after: 'garbage' })).rejects.toMatchObject({
    code: 'invalid_cursor',
  })
})

test('secretKeys.list shows no key of another environment', async () => {
  const [own, other] = [await server.environment(), await server.environment()]
  const { secretKey } = await other.operator.secretKeys.create({ name: 'Foreign' })
  const ids = (await own.operator.secretKeys.list()).secretKeys.map(({ id }) => id)
  expect(ids).not.toContain(secretKey.id)
  expect((await own.operator.secretKeys.list()).total).toBe(ids.length)
})

test('secretKeys.list answers nothing of a key but what tells it from others', async () => {
  const { operator } = await server.environment()
  const { secretKeys } = await operator.secretKeys.list()
  for (const secretKey of secretKeys) {
    expect(Object.keys(secretKey).sort()).toEqual([
      'createdAt',
      'id',
      'kind',
      'lastUsedAt',
      'name',
      'prefix',
      'revokedAt',
    ])
  }
})
