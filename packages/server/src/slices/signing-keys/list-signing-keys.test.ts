import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('signingKeys.list answers the published keys, newest first, without their private halves', async () => {
  const { sdk, signedUp, secretKey } = await server.environment()
  expect((await sdk.signingKeys.list()).total).toBe(0)
  await signedUp()
  const next = await sdk.signingKeys.rotate()
  const page = await sdk.signingKeys.list({ limit: 1 })
  expect(page).toMatchObject({ total: 2, limit: 1, offset: 0 })
  expect(page.items).toEqual([next])
  expect((await page.nextPage())?.items).toMatchObject([{ status: 'current' }])

  const headers = { authorization: `Bearer ${secretKey}` }
  const { signingKeys } = JSON.parse(
    await (await fetch(`${server.url}/v1/admin/signing-keys`, { headers })).text(),
  )
  const shown = ['activatesAt', 'algorithm', 'createdAt', 'expiresAt', 'id', 'status']
  expect(signingKeys.map((key: object) => Object.keys(key).sort())).toEqual([shown, shown])
})
