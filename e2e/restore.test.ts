import { cp, lstat, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Claviger } from '@claviger/sdk'
import { startEmbeddedPostgres } from '@claviger/server/embedded-postgres'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createInstallation } from './installation.js'

const [original, restored] = [await createInstallation(), await createInstallation()]
afterAll(() => Promise.all([original.remove(), restored.remove()]))

/** Every row of every table of ours, as text and in order. */
async function everyRow(dataDir: string): Promise<Record<string, string[]>> {
  const postgres = await startEmbeddedPostgres({ dataDir, onExit() {} })
  const client = new pg.Client({ connectionString: postgres.connectionString })
  await client.connect()
  const tables = await client.query(
    "select tablename from pg_tables where schemaname = 'claviger' order by 1",
  )
  const rows: Record<string, string[]> = {}
  for (const { tablename } of tables.rows) {
    const found = await client.query(`select t::text as row from claviger.${tablename} t order by 1`)
    rows[tablename] = found.rows.map(({ row }) => row)
  }
  await client.end()
  await postgres.stop()
  return rows
}

test('a copy of the data directory, taken while the server is stopped, is the same installation elsewhere', async () => {
  await original.start()
  const secretKey = await original.makeKey()
  const sdk = new Claviger({ baseUrl: original.url, secretKey })
  for (let i = 0; i < 20; i++) {
    const { id } = await sdk.users.create({ email: `u${i}@example.com` })
    if (i % 5 === 0) await sdk.users.delete(id)
    if (i % 4 === 1) await sdk.organizations.create({ name: 'Acme', slug: `acme-${i}` })
  }
  const signUp = await fetch(`${original.url}/v1/auth/sign-up/email-password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'Correct-horse-battery-9' }),
  })
  const { refreshToken } = (await signUp.json()) as { refreshToken: string }
  await original.signal('SIGTERM')
  const before = await everyRow(original.dataDir)
  expect(before.users).toHaveLength(17)

  // What the guide says: the folder, and behind its link, where there is one, the database.
  await cp(original.dataDir, restored.dataDir, { recursive: true, verbatimSymlinks: true })
  const postgres = join(restored.dataDir, 'postgres')
  if ((await lstat(postgres)).isSymbolicLink()) {
    const cluster = await readlink(postgres)
    await rm(postgres)
    await cp(cluster, postgres, { recursive: true })
  }
  expect(await everyRow(restored.dataDir)).toEqual(before)

  await restored.start()
  const there = new Claviger({ baseUrl: restored.url, secretKey })
  expect((await there.users.list()).total).toBe(17)
  const refreshed = await fetch(`${restored.url}/v1/auth/sessions/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  })
  expect(refreshed.status).toBe(200)
}, 240_000)
