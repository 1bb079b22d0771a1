import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

async function statusWith(secretKey: string): Promise<number> {
  const headers = { authorization: `Bearer ${secretKey}` }
  return (await fetch(`${server.url}/v1/admin/users`, { headers })).status
}

const hoursBetween = (from: string | null, to: string | null) =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / 3_600_000

test('secretKeys.deprecate lets a key work until its grace period is over', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  const deprecated = await operator.secretKeys.deprecate(secretKey.id, { gracePeriodHours: 0.5 })
  expect(deprecated).toMatchObject({ status: 'deprecated', enabled: true, replacedById: null })
  expect(hoursBetween(deprecated.deprecatedAt, deprecated.gracePeriodEndsAt)).toBe(0.5)
  server.clock.advance({ minutes: 29 })
  expect(await statusWith(secret)).toBe(200)
  server.clock.advance({ minutes: 1, seconds: 1 })
  expect(await statusWith(secret)).toBe(401)
})

test('secretKeys.deprecate gives a day where nobody says, and records why', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const deprecated = await operator.secretKeys.deprecate(secretKey.id, { reason: 'Moved' })
  expect(hoursBetween(deprecated.deprecatedAt, deprecated.gracePeriodEndsAt)).toBe(24)
  const { events } = await operator.events.list({ type: 'secret_key.deprecated' })
  expect(events).toMatchObject([{ data: { secretKey: deprecated, reason: 'Moved' } }])
})

test('secretKeys.deprecate moves the end of a key that is deprecated, not its beginning', async () => {
  const { operator } = await server.environment()
  const { secretKey } = await operator.secretKeys.create({ name: 'Backend' })
  const first = await operator.secretKeys.deprecate(secretKey.id)
  server.clock.advance({ hours: 1 })
  const second = await operator.secretKeys.deprecate(secretKey.id, { gracePeriodHours: 48 })
  expect(second.deprecatedAt).toBe(first.deprecatedAt)
  expect(hoursBetween(second.deprecatedAt, second.gracePeriodEndsAt)).toBeGreaterThanOrEqual(49)
})

test('secretKeys.deprecate brings no key back whose grace period is over, or that is revoked', async () => {
  const { operator } = await server.environment()
  const { secretKey, secret } = await operator.secretKeys.create({ name: 'Backend' })
  await operator.secretKeys.deprecate(secretKey.id, { gracePeriodHours: 0 })
  await expect(operator.secretKeys.deprecate(secretKey.id)).rejects.toMatchObject({
    status: 409,
    code: 'secret_key_expired',
  })
  await operator.secretKeys.revoke(secretKey.id)
  await expect(operator.secretKeys.deprecate(secretKey.id)).rejects.toMatchObject({
    status: 409,
    code: 'secret_key_revoked',
  })
  expect(await statusWith(secret)).toBe(401)
})
