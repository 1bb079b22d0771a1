// Run by the tests as a process of its own, which they may kill. Speaks JSON, one object a line.
import pg from 'pg'
import { acquireDataDirectoryLock, type EmbeddedPostgresPlaces, startEmbeddedPostgres } from './index.js'

export interface OwnerTask {
  task: 'lock' | 'write'
  dataDir: string
  places?: EmbeddedPostgresPlaces
}

const { task, dataDir, places } = JSON.parse(process.argv[2] ?? '') as OwnerTask

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function holdLock(): Promise<void> {
  acquireDataDirectoryLock(dataDir)
  say({ held: true })
}

/** Commits one row after the other, and says so only when the database has said so. */
async function write(): Promise<void> {
  const database = await startEmbeddedPostgres({ dataDir, onExit: (reason) => say({ reason }) }, places)
  say({ databasePid: database.pid })
  const client = new pg.Client(database.connectionString)
  client.on('error', () => {})
  await client.connect()
  await client.query('create table if not exists written (n bigint)')
  for (let n = 1; ; n++) {
    await client.query('insert into written values ($1)', [n])
    say({ committed: n })
  }
}

// The terminal's Ctrl-C is meant to reach this process and not the database.
process.on('SIGINT', () => say({ interrupted: true }))
process.on('SIGTERM', () => process.exit())
process.stdin.resume()

await (task === 'lock' ? holdLock() : write()).catch((error) => {
  say({ code: error.code, message: error.message })
  process.exit(1)
})
