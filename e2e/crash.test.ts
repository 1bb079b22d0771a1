import { randomInt } from 'node:crypto'
import { Claviger } from '@claviger/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
beforeAll(() => installation.start())
afterAll(() => installation.remove())

/** What the server has acknowledged, so that it has to be there whatever happens next. */
interface Acknowledged {
  readonly users: Map<string, { banned: boolean }>
  readonly deleted: Set<string>
  readonly organizations: Set<string>
}

/** Writes of every kind without a pause, until the server is gone. */
async function writeUntilGone(sdk: Claviger, known: Acknowledged, round: string): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      const user = await sdk.users.create({ email: `${round}-${i}@example.com` })
      known.users.set(user.id, { banned: false })
      if (i % 3 === 0) {
        await sdk.users.ban(user.id, { reason: round })
        known.users.set(user.id, { banned: true })
      }
      if (i % 5 === 0) {
        // Between the request and its answer nobody knows; only what was answered counts.
        known.users.delete(user.id)
        await sdk.users.delete(user.id)
        known.deleted.add(user.id)
      }
      if (i % 4 === 0) {
        const organization = await sdk.organizations.create({ name: round, slug: `${round}-${i}` })
        known.organizations.add(organization.id)
      }
    } catch {
      return
    }
  }
}

test('twenty power cuts in the middle of writes lose nothing that was acknowledged', {
  timeout: 600_000,
}, async () => {
  const known: Acknowledged = { users: new Map(), deleted: new Set(), organizations: new Set() }
  const secretKey = await installation.makeKey()
  const sdk = new Claviger({ baseUrl: installation.url, secretKey, maxRetries: 0 })

  for (let cut = 0; cut < 20; cut++) {
    const before = known.users.size
    const writers = Array.from({ length: 4 }, (_, i) => writeUntilGone(sdk, known, `c${cut}w${i}`))
    const enough = before + randomInt(2, 40)
    await expect.poll(() => known.users.size, { interval: 10 }).toBeGreaterThanOrEqual(enough)
    await installation.killTree()
    await Promise.all(writers)
    await installation.start()
  }

  const found = new Map<string, boolean>()
  for await (const user of sdk.users.list({ limit: 100 })) found.set(user.id, user.isBanned)
  const lost = [...known.users].filter(
    ([id, { banned }]) => !found.has(id) || (banned && found.get(id) !== true),
  )
  expect(lost).toEqual([])
  expect([...known.deleted].filter((id) => found.has(id))).toEqual([])
  const organizations = new Set<string>()
  for await (const { id } of sdk.organizations.list({ limit: 100 })) organizations.add(id)
  expect([...known.organizations].filter((id) => !organizations.has(id))).toEqual([])
  // The counter is kept by the same transactions, so it is exact as well.
  expect((await sdk.users.list({ limit: 1 })).total).toBe(found.size)
  expect(known.users.size).toBeGreaterThan(40)
})

/** Verifications are written within a quarter of a second; on a busy machine timers and disk take longer. */
const writtenWithinMs = 1_500

test('a power cut in the middle of verifications loses the counts of the last moment, and no others', async () => {
  const sdk = new Claviger({
    baseUrl: installation.url,
    secretKey: await installation.makeKey(),
    maxRetries: 0,
  })
  const { id: apiId } = await sdk.apis.create({ name: 'Weather', audience: 'https://weather.example.com' })
  const { apiKey, secret } = await sdk.apiKeys.create({ apiId, name: 'Forecasts' })
  const validAtMs: number[] = []
  const clients = Array.from({ length: 8 }, async () => {
    for (;;) {
      const verification = await sdk.apiKeys.verify({ apiKey: secret }).catch(() => undefined)
      if (!verification) return
      if (verification.valid) validAtMs.push(performance.now())
    }
  })
  const startedAtMs = performance.now()
  await expect
    .poll(() => performance.now() - startedAtMs, { interval: 10 })
    .toBeGreaterThan(2 * writtenWithinMs)
  const cutAtMs = performance.now()
  await installation.killTree()
  await Promise.all(clients)
  await installation.start()

  const { verificationCount } = await sdk.apiKeys.get(apiKey.id)
  const written = validAtMs.filter((atMs) => atMs < cutAtMs - writtenWithinMs)
  expect(written.length).toBeGreaterThan(0)
  expect(verificationCount).toBeGreaterThanOrEqual(written.length)
  // What was counted and not answered any more is one request a client at most.
  expect(verificationCount).toBeLessThanOrEqual(validAtMs.length + clients.length)
})

test('a SIGTERM under load fails no request', async () => {
  const sdk = new Claviger({
    baseUrl: installation.url,
    secretKey: await installation.makeKey(),
    maxRetries: 0,
  })
  let stopping = false
  const failures: unknown[] = []
  let answered = 0
  const clients = Array.from({ length: 16 }, async (_, i) => {
    for (let n = 0; ; n++) {
      try {
        if (n % 2 === 0) await sdk.users.list({ limit: 20 })
        else await sdk.users.create({ email: `term-${i}-${n}@example.com` })
        answered++
      } catch (error) {
        // A server that has stopped listening refuses connections; that is no request it took and dropped.
        const refused = (error as { code?: string }).code === 'ECONNREFUSED'
        if (!refused || !stopping) failures.push(error)
        return
      }
    }
  })
  await expect.poll(() => answered, { interval: 10 }).toBeGreaterThan(200)
  stopping = true
  const { code } = await installation.signal('SIGTERM')
  await Promise.all(clients)
  expect(failures).toEqual([])
  expect(code).toBe(0)
})
