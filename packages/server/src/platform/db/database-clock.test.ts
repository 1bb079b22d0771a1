import { goodPassword, startTestServer, testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { openDatabase } from './database.js'
import { openDatabaseClock } from './database-clock.js'

const server = testServer()
const minutes = 60_000

test('the clock is the one of the database, also after that was set', async () => {
  let offset = 10 * minutes
  const database = openDatabase({
    connectionString: server.databaseUrl,
    pooling: 'session',
    connectionsMax: 1,
    clockOffsetMs: () => offset,
  })
  const clock = await openDatabaseClock(database.anywhere)
  const isAheadByAbout = (ms: number) => Math.abs(clock.now() - Date.now() - ms) < minutes
  expect(isAheadByAbout(10 * minutes)).toBe(true)
  offset = -10 * minutes
  expect(isAheadByAbout(10 * minutes)).toBe(true)
  await clock.compare()
  expect(isAheadByAbout(-10 * minutes)).toBe(true)
  expect(Number.isInteger(clock.now())).toBe(true)

  // Without the database it goes on.
  await database.close()
  await expect(clock.compare()).rejects.toMatchObject({ definition: { code: 'unavailable' } })
  expect(isAheadByAbout(-10 * minutes)).toBe(true)
  clock.stop()
})

test('a session that one node started is good on another, however wrong the clocks of both are', async () => {
  const system = Date.now
  const clocks = []
  for (const wrong of [10 * minutes, -10 * minutes]) {
    Date.now = () => system() + wrong
    clocks.push(await openDatabaseClock(server.database.anywhere))
    Date.now = system
  }
  const testDatabase = { url: server.databaseUrl, drop: async () => {} }
  const nodes = await Promise.all(
    clocks.map((clock) =>
      startTestServer(testDatabase, {
        seal: server.seal,
        clock: { ...clock, offsetMs: () => 0, advance() {} },
      }),
    ),
  )
  const environment = await server.environment()
  const ada = await environment.signedUp()
  for (const from of nodes) {
    const signedIn = await fetch(`${from.server.url}/v1/auth/sign-in/email-password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-publishable-key': environment.publishableKey },
      body: JSON.stringify({ email: ada.email, password: goodPassword }),
    })
    const { sessionToken } = (await signedIn.json()) as { sessionToken: string }
    for (const to of [...nodes, { server }]) {
      const me = await fetch(`${to.server.url}/v1/me`, {
        headers: { authorization: `Bearer ${sessionToken}` },
      })
      expect(me.status).toBe(200)
    }
  }
  for (const { stop } of nodes) await stop()
  for (const clock of clocks) clock.stop()
})
