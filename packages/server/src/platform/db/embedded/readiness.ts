import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

export interface Login {
  host: string
  port: number
  user: string
  password: string
}

const silenceMsMax = 30_000
const databaseMissing = '3D000'
const startingUp = '57P03'

/**
 * Resolves once the database accepts queries, creating it in a new cluster; rejects as soon as it cannot.
 * A server that says that it is starting up replays its log after a crash, and gets all the time that takes.
 */
export async function untilReady(login: Login, database: string, ended: Promise<string>): Promise<void> {
  let silentUntil = Date.now() + silenceMsMax
  const failed = ended.then((how) => Promise.reject(new Error(`PostgreSQL ${how}`)))
  for (;;) {
    const answer = await Promise.race([query({ ...login, database }, 'select 1'), failed])
    if (answer === 'ok') return
    if (answer === databaseMissing)
      await query({ ...login, database: 'postgres' }, `create database ${database}`)
    if (answer === startingUp) silentUntil = Date.now() + silenceMsMax
    if (Date.now() > silentUntil) throw new Error('PostgreSQL has not answered for 30 seconds')
    await wait(5)
  }
}

/** Only answers that may be different the next time are returned; others are thrown. */
async function query(access: pg.ClientConfig, sql: string): Promise<string> {
  const client = new pg.Client({ ...access, ssl: false, connectionTimeoutMillis: silenceMsMax })
  // The server may go away at any moment while it starts, which the pending call reports as well.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(sql)
    return 'ok'
  } catch (error) {
    const { code } = error as pg.DatabaseError
    if (code === databaseMissing || code === startingUp || code === 'ENOENT' || code === 'ECONNREFUSED')
      return code
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}
