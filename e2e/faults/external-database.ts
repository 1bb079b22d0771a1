import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@claviger/server/embedded-postgres'
import pg from 'pg'

/** A PostgreSQL that is not the server's own, so that it can end and come back without it. */
export interface ExternalDatabase {
  readonly url: string
  /** Ends the postmaster as `kill -9` does. */
  kill(): Promise<void>
  start(): Promise<void>
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>
  /** A connection to hold something with; whoever asks for it ends it. */
  connect(): Promise<pg.Client>
  remove(): Promise<void>
}

export async function createExternalDatabase(parent = tmpdir()): Promise<ExternalDatabase> {
  const dataDir = await mkdtemp(join(parent, 'claviger-faults-'))
  // As root the database runs as another user, who has to get through this folder.
  await chmod(dataDir, 0o711)
  let postgres: EmbeddedPostgres
  let ended = () => {}
  const start = async () => {
    postgres = await startEmbeddedPostgres({ dataDir, onExit: () => ended() })
  }
  await start()
  const database: ExternalDatabase = {
    get url() {
      return postgres.connectionString
    },
    start,
    async kill() {
      const end = new Promise<void>((resolve) => {
        ended = resolve
      })
      process.kill(postgres.pid, 'SIGKILL')
      await end
      await postgres.stop()
    },
    async connect() {
      const client = new pg.Client({ connectionString: postgres.connectionString })
      client.on('error', () => {})
      await client.connect()
      return client
    },
    async query(text, values) {
      const client = await database.connect()
      return client.query(text, values).finally(() => client.end())
    },
    async remove() {
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return database
}
