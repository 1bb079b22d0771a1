import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('users.create and users.list answer the user with the exact total', async () => {
  const { sdk } = await server.environment()
  const user = await sdk.users.create({ email: 'ada@example.com', publicMetadata: { tier: 'gold' } })
  const page = await sdk.users.list({ limit: 2 })
  expect(page.total).toBe(1)
  expect(page.items).toEqual([user])
})
