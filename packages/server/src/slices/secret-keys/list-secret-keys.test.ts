import { api } from '@claviger/contract'
import type { SecretKeysListQuery } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'

const SecretKey = api.secretKeys.getSecretKey.response.properties.secretKey

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

test('secretKeys.list filters by kind, status, whether a key works and who made it', async () => {
  const { operator } = await server.environment()
  const make = async (name: string, kind: 'secret' | 'publishable' = 'secret') =>
    (await operator.secretKeys.create({ name, kind })).secretKey.id
  const ids = {
    active: await make('active'),
    pages: await make('pages', 'publishable'),
    disabled: await make('disabled'),
    deprecated: await make('deprecated'),
    expired: await make('expired'),
    revoked: await make('revoked'),
  }
  await operator.secretKeys.disable(ids.disabled)
  await operator.secretKeys.deprecate(ids.deprecated)
  await operator.secretKeys.update(ids.expired, { expiresAt: '2020-01-01T00:00:00Z' })
  await operator.secretKeys.revoke(ids.revoked)

  const made = { createdBy: 'operator' }
  const found = async (query: SecretKeysListQuery) => {
    const { secretKeys, total } = await operator.secretKeys.list({ ...made, ...query })
    expect(total).toBe(secretKeys.length)
    return secretKeys.map(({ name }) => name).sort()
  }
  for (const status of ['disabled', 'deprecated', 'expired', 'revoked'] as const)
    expect(await found({ status })).toEqual([status])
  expect(await found({ status: 'active' })).toEqual(['active', 'pages'])
  expect(await found({ kind: 'publishable' })).toEqual(['pages'])
  expect(await found({ enabled: false })).toEqual(['disabled', 'revoked'])
  expect(await found({ isActive: true })).toEqual(['active', 'deprecated', 'pages'])
  expect(await found({ isActive: false, kind: 'secret' })).toEqual(['disabled', 'expired', 'revoked'])
  expect(await found({ createdBy: newId() })).toEqual([])
  expect((await operator.secretKeys.list({ ...made, limit: 1, offset: 1 })).total).toBe(6)
  await expect(operator.secretKeys.list({ status: 'on' as 'active' })).rejects.toMatchObject({
    code: 'invalid_request',
  })
})

test('secretKeys.list answers nothing of a key but what the contract names', async () => {
  const { operator } = await server.environment()
  const names = Object.keys(SecretKey.properties).sort()
  for (const secretKey of (await operator.secretKeys.list()).secretKeys)
    expect(Object.keys(secretKey).sort()).toEqual(names)
  expect(names.filter((name) => /hash|secret/i.test(name))).toEqual([])
})
