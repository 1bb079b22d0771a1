import { Client } from 'pg'
import { childPids, parentPid } from '../processes/process-cpu.js'
import { databaseUrlFor } from './database-url.js'

/** Creates an empty database, in place of one that an earlier run may have left, and returns its URL. */
export async function createEmptyDatabase(superuserUrl: string, name: string): Promise<string> {
  await dropDatabase(superuserUrl, name)
  await withClient(superuserUrl, (client) => client.query(`create database "${name}" template template0`))
  return databaseUrlFor(superuserUrl, name)
}

/**
 * Copies a database, in place of an earlier copy, and returns the copy's URL. The files are copied, not the
 * rows: the copy has the same pages, statistics and visibility map, and all of it is on disk.
 */
export async function copyDatabase(superuserUrl: string, source: string, name: string): Promise<string> {
  await dropDatabase(superuserUrl, name)
  await withClient(superuserUrl, (client) =>
    client.query(`create database "${name}" template "${source}" strategy file_copy`),
  )
  return databaseUrlFor(superuserUrl, name)
}

/** Removes a database together with whatever is still connected to it. */
export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  await withClient(superuserUrl, (client) => client.query(`drop database if exists "${name}" with (force)`))
}

/**
 * Leaves every database as autovacuum would after a while: statistics known, visibility map set, dirty
 * pages written. Otherwise the first contender to be measured would pay for the seed of both.
 */
export async function settleDatabase(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query('vacuum (analyze)')
    await client.query('checkpoint')
  })
}

/** What a reader must know of the server to judge the figures. */
export type PostgresFacts = {
  readonly version: string
  readonly settings: string
  /** Null when the server is on another machine or in another pid namespace. */
  readonly postmasterPid: number | null
}

/** Reads the facts, and finds the process when it is a local one. */
export async function readPostgresFacts(superuserUrl: string): Promise<PostgresFacts> {
  return withClient(superuserUrl, async (client) => {
    const show = async (setting: string): Promise<string> => {
      const { rows } = await client.query({ text: `show ${setting}`, rowMode: 'array' })
      return String(rows[0]?.[0])
    }
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const settings: string[] = []
    const told = [
      'shared_buffers',
      'max_wal_size',
      'checkpoint_timeout',
      'fsync',
      'synchronous_commit',
      'jit',
    ]
    for (const name of told) settings.push(`${name} ${await show(name)}`)
    return {
      version: await show('server_version'),
      settings: settings.join(', '),
      postmasterPid: findPostmaster(rows[0]?.pid ?? 0),
    }
  })
}

/** A backend is a child of the postmaster; a pid of another machine is no child of anything with it. */
function findPostmaster(backendPid: number): number | null {
  const postmasterPid = parentPid(backendPid)
  return postmasterPid !== null && childPids(postmasterPid).includes(backendPid) ? postmasterPid : null
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url })
  // A forced drop or a stopping server ends the connection; the query in flight reports it.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
